/** Secrets with random values that are made once and never rewritten: a new password on an old volume never connects. */
import { isAlreadyExists } from "../../runtime/api-error.ts";
import type { KubernetesObject } from "../../runtime/object.ts";
import type { Cluster } from "../../trino/cluster.ts";
import type { Manifest, MetastoreResources } from "../../trino/resources.ts";
import { asObject, KINDS } from "../kinds.ts";
import type { Context } from "./context.ts";

const PASSWORD_BYTES = 24;

/** Creates the Secret when there is none of that name; one that an earlier cluster of the same name kept is used again. */
export async function ensureGeneratedSecret(
  { manifest, randomKeys }: MetastoreResources["generatedSecrets"][number],
  cluster: Cluster,
  ctx: Context,
): Promise<void> {
  const reader = { uid: cluster.uid, namespace: cluster.namespace, refresh: "" };
  const present = await ctx.references.read(KINDS.Secret, manifest.metadata.name, reader);
  if (present) return;
  const values = new Map(randomKeys.map((key) => [key, ctx.randomText(PASSWORD_BYTES)]));
  try {
    await ctx.client.create(KINDS.Secret, secretOf(manifest, values));
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    await ctx.references.readAgain(KINDS.Secret, manifest.metadata.name, reader); // made by a request whose answer was lost
    return;
  }
  ctx.references.put("Secret", manifest.metadata.name, { content: { values, clusterUid: cluster.uid }, reader });
}

function secretOf(manifest: Manifest, values: ReadonlyMap<string, string>): KubernetesObject {
  return asObject({ ...manifest, stringData: Object.fromEntries(values) });
}
