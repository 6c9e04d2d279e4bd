import { describe, expect, it } from "vitest";
import { BY_CLUSTER } from "../../lifecycle/stores.ts";
import { ApiError } from "../../runtime/api-error.ts";
import type { KubernetesObject, NamespacedName } from "../../runtime/object.ts";
import { createObjectStore } from "../../runtime/object-store.ts";
import { CLUSTER_UID_LABEL, INTERNAL_SECRET_ANNOTATION } from "../../trino/labels.ts";
import type { Context, LiveTrinoCluster } from "./context.ts";
import { dereference } from "./dereference.ts";
import { ReferenceReader } from "./reference-reader.ts";

type Secret = KubernetesObject & {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
};

/** A cluster whose newest revisions are the last ones here, each with the number of the internal Secret that it names. */
function world(revisions: readonly number[] = []) {
  const records = createObjectStore<KubernetesObject>({ [BY_CLUSTER]: ({ metadata }) => [metadata.labels?.[CLUSTER_UID_LABEL] ?? ""] });
  const secrets = new Map<string, Secret>();
  let count = 0;
  let lost = false;
  const client = {
    get: async ({ kind }: { kind: string }, { name }: NamespacedName) => {
      const secret = secrets.get(name);
      if (kind !== "Secret" || !secret) throw new ApiError({}, { method: "GET", path: "/", code: 404 });
      return secret;
    },
    create: async (_type: unknown, secret: Secret) => {
      if (secrets.has(secret.metadata.name)) throw new ApiError({ reason: "AlreadyExists" }, { method: "POST", path: "/", code: 409 });
      const data = Object.fromEntries(
        Object.entries(secret.stringData ?? {}).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
      );
      secrets.set(secret.metadata.name, { ...secret, data });
      name(Number(secret.metadata.name.split("-").at(-1)));
      if (lost) throw new Error("lost");
    },
  };
  /** A revision that names the Secret of this number. */
  function name(number: number): void {
    const metadata = {
      name: `r-${count}`,
      namespace: "shop",
      creationTimestamp: `2026-01-01T12:00:0${count++}Z`,
      labels: { [CLUSTER_UID_LABEL]: "7a1c" },
      annotations: { [INTERNAL_SECRET_ANNOTATION]: `orders-internal-${number}` },
    };
    records.set({ apiVersion: "apps/v1", kind: "ControllerRevision", metadata });
  }
  for (const number of revisions) name(number);
  const references = new ReferenceReader(client as never, () => 0);
  const ctx = { client, references, stores: { records }, randomText: () => `random ${count}` } as unknown as Context;
  const read = async (number: number) => (await dereference(clusterWith(number), ctx)).internalSecret;
  return { read, secrets, loseAnswer: () => (lost = true) };
}

function clusterWith(internalSecretNumber: number): LiveTrinoCluster {
  return {
    apiVersion: "trino.trino-operator.io/v1alpha1",
    kind: "TrinoCluster",
    metadata: { name: "orders", namespace: "shop", uid: "7a1c" },
    spec: { version: 476, internalSecretNumber },
  };
}

describe("the internal Secret", () => {
  it("is made once, and names Secrets by itself where it is the first", async () => {
    const { read, secrets } = world();
    const first = await read(1);
    expect(first).toEqual({ name: "orders-internal-1", key: "random 0", nameKey: "random 0" });
    expect(await read(1)).toEqual(first);
    expect([...secrets.keys()]).toEqual(["orders-internal-1"]);
  });

  it("hands on by what Secrets are named, rotation after rotation, so that the metastore keeps its own", async () => {
    const { read } = world();
    const keys = [await read(1), await read(2), await read(5), await read(1)];
    expect(new Set(keys.map(({ nameKey }) => nameKey))).toEqual(new Set([keys[0]?.key]));
    expect(new Set(keys.map(({ key }) => key)).size).toBe(3);
  });

  it("is used as it is there where the answer to its making was lost", async () => {
    const { read, secrets, loseAnswer } = world();
    loseAnswer();
    await expect(read(1)).rejects.toThrow("lost");
    const made = Buffer.from(secrets.get("orders-internal-1")?.data?.["shared-secret"] ?? "", "base64").toString("utf8");
    expect((await read(1)).key).toBe(made);
  });

  it("begins anew where the one before is gone", async () => {
    const { read } = world([1, 2]);
    expect(await read(3)).toEqual({ name: "orders-internal-3", key: "random 2", nameKey: "random 2" });
  });
});
