/** Waiting for conditions; never for time. */
import { waitFor as poll } from "../../../local-cluster/wait.ts";
import { describeState } from "./diagnostics.ts";

/** How long to wait, and the namespace whose state is told when it was in vain. */
export interface WaitOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
  readonly namespace?: string;
}

const TIMEOUT_MS = 300_000;
const INTERVAL_MS = 500;

/**
 * Calls `check` until it returns without throwing, and returns its result.
 * Throws when the time is over: with what was waited for, the last error, and the state of the namespace.
 */
export async function waitFor<T>(what: string, check: () => Promise<T>, options: WaitOptions = {}): Promise<T> {
  const { timeoutMs = TIMEOUT_MS, intervalMs = INTERVAL_MS, namespace } = options;
  try {
    return await poll(what, check, { timeoutMs, intervalMs });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const state = namespace === undefined ? "" : `\n\n${await describeState(namespace)}`;
    throw new Error(`${message}${state}`, { cause });
  }
}
