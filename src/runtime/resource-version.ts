/** Order of resource versions of one kind: decimals of any length. Source: KEP-5504 */

/** Negative when `a` is older, 0 when equal, positive when newer. An absent version is older than any. */
export function compareVersions(a = "", b = ""): number {
  if (a === b) return 0;
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
