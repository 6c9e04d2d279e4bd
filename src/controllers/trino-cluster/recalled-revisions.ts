/** Remembered revisions that were read back: they are immutable, so one read in a process is enough. */
import type { Revision } from "../../trino/resources.ts";

/** By cluster, then by role and hash. It lives as long as the process. */
export class RecalledRevisions {
  readonly #revisions = new Map<string, Map<string, Revision>>();

  /** What was put for a cluster's UID and `<role>/<hash>`. */
  get(uid: string, key: string): Revision | undefined {
    return this.#revisions.get(uid)?.get(key);
  }

  /** Keeps a revision. */
  put(uid: string, key: string, revision: Revision): void {
    const revisions = this.#revisions.get(uid) ?? new Map<string, Revision>();
    this.#revisions.set(uid, revisions.set(key, revision));
  }

  /** Forgets a cluster that is gone. */
  forget(uid: string): void {
    this.#revisions.delete(uid);
  }
}
