/** Dereference (reads): what the cluster refers to, and its internal secret, which is made once and never rewritten. */

import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { isAlreadyExists } from "../../runtime/api-error.ts";
import { INTERNAL_SECRET_ANNOTATION, REFRESH_ANNOTATION } from "../../trino/labels.ts";
import { type References, referencesOf } from "../../trino/references.ts";
import { internalSecretManifest, internalSecretName } from "../../trino/resources/internal-secret.ts";
import { asObject, KINDS } from "../kinds.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { internalSecretValues } from "./internal-secret-values.ts";
import { NameConflict, notOurs } from "./name-conflict.ts";
import type { Content, Reader } from "./reference-reader.ts";

const SECRET_BYTES = 48;
const SHARED_SECRET = "shared-secret";
const NAME_KEY = "name-key";

/** Reads everything that the cluster refers to, from the cache while that is fresh. */
export async function dereference(object: LiveTrinoCluster, ctx: Context): Promise<References> {
  const reader = readerOf(object);
  const names = referencesOf(object);
  const [secrets, configMaps, internalSecret] = await Promise.all([
    readAll(names.secrets, (name) => ctx.references.read(KINDS.Secret, name, reader)),
    readAll(names.configMaps, (name) => ctx.references.read(KINDS.ConfigMap, name, reader)),
    internalSecretOf(object, ctx, reader),
  ]);
  return { secrets, configMaps, internalSecret };
}

/** Whose references are read. */
export function readerOf(object: LiveTrinoCluster): Reader {
  const { uid = "", namespace = "", annotations } = object.metadata;
  return { uid, namespace, refresh: annotations?.[REFRESH_ANNOTATION] ?? "" };
}

async function readAll(names: readonly string[], read: (name: string) => Promise<Content>): Promise<References["secrets"]> {
  return new Map(await Promise.all(names.map(async (name) => [name, (await read(name))?.values] as const)));
}

async function internalSecretOf(object: LiveTrinoCluster, ctx: Context, reader: Reader): Promise<References["internalSecret"]> {
  const name = internalSecretName(object);
  const present = await ctx.references.read(KINDS.Secret, name, reader);
  if (present && present.clusterUid !== reader.uid) throw notOurs(`Secret ${name}`, present.goesWith, object.metadata.name);
  const values = present?.values.has(SHARED_SECRET) ? present.values : await createInternalSecret(object, ctx, reader);
  return { name, key: values.get(SHARED_SECRET) ?? "", nameKey: nameKeyIn(values) };
}

/** The first Secret of a cluster has none of its own. */
function nameKeyIn(values: ReadonlyMap<string, string>): string {
  return values.get(NAME_KEY) ?? values.get(SHARED_SECRET) ?? "";
}

/** That of the Secret before it, which the newest revisions name: a rotation concerns the names of Secrets no more than their content. */
async function inheritedNameKey({ uid }: Reader, read: (name: string) => Promise<Content>, ctx: Context): Promise<string | undefined> {
  const newestFirst = [...ctx.stores.records.byIndex(BY_CLUSTER, uid)].sort((a, b) =>
    (b.metadata.creationTimestamp ?? "").localeCompare(a.metadata.creationTimestamp ?? ""),
  );
  for (const name of new Set(newestFirst.map(({ metadata }) => metadata.annotations?.[INTERNAL_SECRET_ANNOTATION]))) {
    const secret = name === undefined ? undefined : await read(name);
    if (secret?.clusterUid === uid) return nameKeyIn(secret.values);
  }
  return undefined;
}

async function createInternalSecret(object: LiveTrinoCluster, ctx: Context, reader: Reader): Promise<ReadonlyMap<string, string>> {
  const inherited = await inheritedNameKey(reader, (name) => ctx.references.read(KINDS.Secret, name, reader), ctx);
  const values = { ...internalSecretValues(ctx.randomText(SECRET_BYTES)), ...(inherited === undefined ? {} : { [NAME_KEY]: inherited }) };
  const manifest = internalSecretManifest(object, values);
  try {
    await ctx.client.create(KINDS.Secret, asObject(manifest));
  } catch (cause) {
    if (!isAlreadyExists(cause)) throw cause;
    const present = await ctx.references.readAgain(KINDS.Secret, manifest.metadata.name, reader);
    if (present?.clusterUid === reader.uid) return present.values; // made by a request whose answer was lost
    throw new NameConflict(`Secret ${manifest.metadata.name}`, cause);
  }
  const content = { values: new Map(Object.entries(values)), clusterUid: reader.uid };
  ctx.references.put("Secret", manifest.metadata.name, { content, reader });
  return content.values;
}
