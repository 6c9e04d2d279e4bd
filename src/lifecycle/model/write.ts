/** What each verb of the simulated execution is given, and gives back. */

/** Writes to the API server, or dies before. */
export type Write = (change: () => void) => void;

/** One request of several that go out at the same time. */
export type Request = () => void;
