/** What Kubernetes refuses only when it is applied, as the status would tell it. */
import { refusedInWords } from "../../src/controllers/trino-cluster/manifest-refused.ts";
import { toldOfRefusal } from "../../src/runtime/object-refused.ts";
import type { Manifest } from "../../src/trino/resources.ts";
import { SpecInvalid, type Violation } from "../../src/trino/violation.ts";
import type { Admitter } from "./admission.ts";

/** What is said of the first object that Kubernetes does not take: violations, or an error that names no field of the spec; undefined where it takes all. */
export async function refusedLate(admitter: Admitter, manifests: readonly Manifest[]): Promise<readonly Violation[] | Error | undefined> {
  for (const manifest of manifests) {
    const error = await admitter.apply(manifest, { dryRun: true });
    if (!error) continue;
    const write = () => toldOfRefusal(manifest, manifest.metadata, () => Promise.reject(error));
    return refusedInWords(manifest, undefined, write).catch((told: unknown) =>
      told instanceof SpecInvalid ? told.violations : (told as Error),
    );
  }
  return undefined;
}
