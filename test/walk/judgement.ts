/** What becomes of a spec: refused by the API server, refused in status, refused by Kubernetes when it is applied, or something that works. */
import type { TrinoCluster } from "../../src/api/v1alpha1/trino-cluster.ts";
import { manifestsOf } from "../../src/commands/render.ts";
import { build } from "../../src/trino/build.ts";
import { internalSecretName } from "../../src/trino/resources/internal-secret.ts";
import type { Manifest } from "../../src/trino/resources.ts";
import { validate } from "../../src/trino/validate.ts";
import { SpecInvalid, type Violation } from "../../src/trino/violation.ts";
import type { Admission } from "./admission.ts";
import { worldOf } from "./bases.ts";
import { behaviourOf } from "./behaviour.ts";

/** What a spec leads to. */
export type Judgement =
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "invalid"; readonly violations: readonly Violation[] }
  /** `effect` is equal for specs that make the same objects and have the operator act the same. */
  | { readonly kind: "works"; readonly manifests: readonly Manifest[]; readonly effect: string };

/** Judges what the API server took, and says nothing of what it refused. Throws what is a mistake in the operator. */
export function judge(admission: Admission): Judgement {
  return admission.kind === "refused" ? admission : judgeObject(admission.object);
}

/** Judges a whole object. Throws what is a mistake in the operator. */
export function judgeObject(object: TrinoCluster): Judgement {
  try {
    const cluster = validate(object, worldOf(internalSecretName(object)));
    const manifests = manifestsOf(cluster, build(cluster));
    const effect = canonical([masked(manifests), behaviourOf(object, cluster)]);
    return { kind: "works", manifests, effect };
  } catch (error) {
    if (error instanceof SpecInvalid) return { kind: "invalid", violations: error.violations };
    throw error;
  }
}

const HASH = /-([0-9a-f]{10})$/;

/** Without the hashes in names: another hash of the same content would be a restart for nothing, and no effect. */
function masked(manifests: readonly Manifest[]): readonly unknown[] {
  const hashes = manifests.flatMap(({ metadata: { name } }) => HASH.exec(name)?.[1] ?? []);
  const text = hashes.reduce((all, hash) => all.replaceAll(hash, "#"), JSON.stringify(manifests));
  return JSON.parse(text) as readonly unknown[];
}

/** JSON in which the order of fields says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === "object" && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
