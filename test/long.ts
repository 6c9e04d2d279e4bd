/** The one switch between the short form of the tests and the long one. */

/** True in `make test-long` (TEST_LONG=1): tests that take minutes run too. Use it as `test.skipIf(!LONG)` or `describe.skipIf(!LONG)`. */
export const LONG: boolean = process.env["TEST_LONG"] === "1";
