/** Dereference (reads): what the cluster refers to, and its internal secret, which is made once and never rewritten. */

import { isAlreadyExists } from "../../runtime/api-error.ts";
import { REFRESH_ANNOTATION } from "../../trino/labels.ts";
import { type References, referencesOf } from "../../trino/references.ts";
import { internalSecretManifest, internalSecretName } from "../../trino/resources/internal-secret.ts";
import { asObject, KINDS } from "../kinds.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { internalSecretValues } from "./internal-secret-values.ts";
import { NameConflict } from "./name-conflict.ts";
import type { Content, Reader } from "./reference-reader.ts";

const SECRET_BYTES = 48;

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
  if (present && present.clusterUid !== reader.uid) throw new NameConflict(`Secret ${name}`);
  const key = present?.values.get("shared-secret") ?? (await createInternalSecret(object, ctx, reader));
  return { name, key };
}

async function createInternalSecret(object: LiveTrinoCluster, ctx: Context, reader: Reader): Promise<string> {
  const sharedSecret = ctx.randomText(SECRET_BYTES);
  const values = internalSecretValues(sharedSecret);
  const manifest = internalSecretManifest(object, values);
  try {
    await ctx.client.create(KINDS.Secret, asObject(manifest));
  } catch (cause) {
    if (isAlreadyExists(cause)) throw new NameConflict(`Secret ${manifest.metadata.name}`, cause);
    throw cause;
  }
  ctx.references.put("Secret", manifest.metadata.name, {
    content: { values: new Map(Object.entries(values)), clusterUid: reader.uid },
    reader,
  });
  return sharedSecret;
}
