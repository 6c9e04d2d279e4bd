/** Times as Kubernetes writes them. Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md */

/** A `metav1.Time` of milliseconds since the epoch. It has no fraction: with one, what we write and what comes back would differ. */
export function metaTime(nowMs: number): string {
  return `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
}
