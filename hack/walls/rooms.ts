/** The rooms of src/ and their walls, as a table. The first row whose pattern matches a file is its room. */

/** One room: what its files may import, and what they may not say. */
export interface Room {
  readonly files: RegExp;
  /** Files of ours that may be imported. */
  readonly ours: RegExp;
  /** Packages that may be imported at run time; types may come from any package. */
  readonly packages: RegExp;
  /** True for rooms without clock, environment, randomness or waiting. */
  readonly pure: boolean;
  /** The rule in words, for the refusal. */
  readonly rule: string;
}

const anyPackage = /^/;

/** Rows from the strictest to the most open. */
export const ROOMS: readonly Room[] = [
  {
    files: /^src\/api\/v1alpha1\/(group|operator-owned-properties|types)\.ts$/,
    ours: /^$/,
    packages: /^$/,
    pure: true,
    rule: "tables and types of the API run inside the operator, so they import nothing",
  },
  {
    files: /^src\/api\//,
    ours: /^src\/api\//,
    packages: /^zod$/,
    pure: true,
    rule: "api is the wire: it imports nothing of ours, and zod only",
  },
  {
    files: /^src\/runtime\//,
    ours: /^src\/runtime\//,
    packages: anyPackage,
    pure: false,
    rule: "runtime knows Kubernetes, not Trino: it imports nothing of ours",
  },
  {
    files: /^src\/trino\//,
    ours: /^src\/(trino\/|api\/v1alpha1\/(group|operator-owned-properties)\.ts$)/,
    packages: /^@noble\/hashes/,
    pure: true,
    rule: "trino is the domain: it imports types and tables of api, types of Kubernetes, and hashes",
  },
  {
    files: /^src\/lifecycle\/(plan|policies)/,
    ours: /^src\/(trino\/|lifecycle\/(plan|policies|observation|pod-problem)|api\/v1alpha1\/(group|operator-owned-properties)\.ts$)/,
    packages: /^@noble\/hashes/,
    pure: true,
    rule: "a plan sees the domain and observations, never a client or a clock",
  },
  {
    files: /^src\/lifecycle\//,
    ours: /^src\/(lifecycle|trino|runtime)\/|^src\/api\/v1alpha1\/(group|operator-owned-properties)\.ts$/,
    packages: anyPackage,
    pure: false,
    rule: "lifecycle lies below controllers and commands",
  },
  {
    files: /^src\/controllers\//,
    ours: /^src\/(?!commands\/|main\.ts|api\/)|^src\/api\/v1alpha1\/(group|operator-owned-properties)\.ts$/,
    packages: anyPackage,
    pure: false,
    rule: "controllers see everything but commands; of api at run time only its tables",
  },
  {
    files: /^src\//,
    ours: /^src\/(?!api\/)|^src\/api\/v1alpha1\/(group|operator-owned-properties)\.ts$/,
    packages: anyPackage,
    pure: false,
    rule: "the operator imports nothing of the tools around it, and of api at run time only its tables",
  },
];

/** Types cross walls more freely than code, but not upwards: these rooms are closed to types, too. */
export const CLOSED_TO_TYPES: readonly { readonly files: RegExp; readonly ours: RegExp }[] = [
  { files: /^src\/api\//, ours: /^src\/api\// },
  { files: /^src\/runtime\//, ours: /^src\/runtime\// },
  { files: /^src\/trino\//, ours: /^src\/(trino|api)\// },
  { files: /^src\/lifecycle\//, ours: /^src\/(lifecycle|trino|api|runtime)\// },
];
