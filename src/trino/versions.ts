/** The Trino versions that this operator knows. Source: https://trino.io/docs/current/release.html */

/** The first version that is supported. */
export const OLDEST_VERSION = 435;

/** The last version whose properties and requirements were looked through; newer ones are rendered like it. */
export const NEWEST_VERSION = 483;

/** In these a worker that shuts down gracefully fails its queries; fixed in 476. Source: https://trino.io/docs/current/release/release-476.html */
export const VERSIONS_WITH_BROKEN_DRAIN: readonly number[] = [474, 475];
