/** Thrown when an object that we would make is there already and belongs to somebody else. Nothing is adopted. */
export class NameConflict extends Error {
  constructor(what: string, cause?: unknown) {
    super(`${what} is there already and does not belong to this TrinoCluster: rename the cluster, or remove that object`, { cause });
    this.name = "NameConflict";
  }
}
