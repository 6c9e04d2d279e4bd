/**
 * Applies what belongs to a cluster, and nothing else: an object of that name that is not ours is never touched.
 *
 * The caches hold only what carries our label, so an object that they do not know is made only where there is none of its
 * name; and looked at where there is.
 */
import { isConflict, isNotFound } from "../../runtime/api-error.ts";
import type { Client } from "../../runtime/client.ts";
import type { KubernetesObject } from "../../runtime/object.ts";
import type { Applier } from "../../runtime/server-side-apply.ts";
import { CLUSTER_LABEL, CLUSTER_UID_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "../../trino/labels.ts";
import type { Manifest } from "../../trino/resources.ts";
import { asObject, KINDS, typeOf } from "../kinds.ts";
import { Outdated } from "./confirm.ts";
import type { Apply, Stores } from "./context.ts";
import { refusedInWords } from "./manifest-refused.ts";
import { goesWith, notOurs } from "./name-conflict.ts";
import type { ReferenceReader } from "./reference-reader.ts";

const WORKLOADS: readonly string[] = [KINDS.Deployment.kind, KINDS.StatefulSet.kind];

/** What `applyOwned` works with. */
export interface ApplyOwnedOptions {
  readonly client: Client;
  readonly applier: Applier;
  readonly stores: Pick<Stores, "ofKind">;
  readonly references: ReferenceReader;
}

/** Makes the `Apply` of a context. */
export function applyOwned(options: ApplyOwnedOptions): Apply {
  return (manifest) =>
    refusedInWords(manifest, undefined, () =>
      manifest.kind === KINDS.Secret.kind ? applySecret(options, manifest) : applyCached(options, manifest),
    );
}

async function applyCached({ client, applier, stores }: ApplyOwnedOptions, manifest: Manifest): Promise<void> {
  const type = typeOf(manifest);
  const name = { namespace: manifest.metadata.namespace, name: manifest.metadata.name };
  const known = stores.ofKind(manifest.kind)?.get(name);
  if (!known && (await couldCreate(applier, manifest))) return;
  const live = known ?? (await getIfThere(client, manifest));
  if (live && !isOurs(live, manifest)) throw notOurs(`${manifest.kind} ${name.name}`, goesWith(live), clusterOf(manifest));
  if (live && isImmutable(manifest)) return;
  // The plan knew of none: how many pods it has, is for one to say that does.
  if (live && !known && willBeKnown(live) && WORKLOADS.includes(manifest.kind)) throw new Outdated(`${manifest.kind} ${name.name}`);
  await applier.apply(type, asObject(manifest), live);
}

/** Secrets cannot be listed. Those that are applied are immutable and named by their content: being there is being right. */
async function applySecret({ applier, references }: ApplyOwnedOptions, manifest: Manifest): Promise<void> {
  const { name, namespace, labels } = manifest.metadata;
  const reader = { uid: labels?.[CLUSTER_UID_LABEL] ?? "", namespace, refresh: "" };
  const present = await references.read(KINDS.Secret, name, reader);
  if (present && present.clusterUid !== reader.uid) throw notOurs(`Secret ${name}`, present.goesWith, clusterOf(manifest));
  if (present) return;
  await applier.apply(KINDS.Secret, asObject(manifest));
  references.put("Secret", name, { content: { values: new Map(), clusterUid: reader.uid }, reader });
}

/** One request instead of two: nearly always the name is free. */
async function couldCreate(applier: Applier, manifest: Manifest): Promise<boolean> {
  try {
    await applier.create(typeOf(manifest), asObject(manifest));
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

async function getIfThere(client: Client, manifest: Manifest): Promise<KubernetesObject | undefined> {
  const { namespace, name } = manifest.metadata;
  return client.get(typeOf(manifest), { namespace, name }).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
}

/** Named by content: being there is being right, and only its metadata is in the cache. */
function isImmutable(manifest: Manifest): boolean {
  return manifest["immutable"] === true || manifest.kind === KINDS.ControllerRevision.kind;
}

function clusterOf({ metadata }: Manifest): string | undefined {
  return metadata.labels?.[CLUSTER_LABEL];
}

/** The caches ask for this label; one that somebody took away is put back. */
function willBeKnown({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[MANAGED_BY_LABEL] === MANAGED_BY;
}

function isOurs(live: KubernetesObject, manifest: Manifest): boolean {
  return live.metadata.labels?.[CLUSTER_UID_LABEL] === manifest.metadata.labels?.[CLUSTER_UID_LABEL];
}
