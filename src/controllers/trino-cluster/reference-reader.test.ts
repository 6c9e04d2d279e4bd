import { describe, expect, it } from "vitest";
import { ApiError } from "../../runtime/api-error.ts";
import type { Client } from "../../runtime/client.ts";
import type { KubernetesObject } from "../../runtime/object.ts";
import { CLUSTER_UID_LABEL } from "../../trino/labels.ts";
import { KINDS } from "../kinds.ts";
import { ReferenceReader, valuesOf } from "./reference-reader.ts";

const SECRET = { apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace: "shop" }, data: { password: "aHVudGVyMg==" } };
const READER = { uid: "7a1c", namespace: "shop", refresh: "" };

/** Counts the reads of one Secret that may be missing; only `get` is ever called. */
function counting(present: { there: boolean; clusterUid?: string }) {
  const seen = { reads: 0, now: 0 };
  const get = async (): Promise<KubernetesObject> => {
    seen.reads += 1;
    if (!present.there) throw new ApiError({ reason: "NotFound" }, { method: "GET", path: "/x", code: 404 });
    const labels = present.clusterUid === undefined ? {} : { [CLUSTER_UID_LABEL]: present.clusterUid };
    return { ...SECRET, metadata: { ...SECRET.metadata, labels } };
  };
  return { seen, reader: new ReferenceReader({ get } as unknown as Client, () => seen.now) };
}

describe("a reference reader", () => {
  it("reads once and keeps what it read for ten minutes", async () => {
    const { seen, reader } = counting({ there: true });
    const first = await reader.read(KINDS.Secret, "s", READER);
    seen.now = 10 * 60_000 - 1;
    await reader.read(KINDS.Secret, "s", READER);
    expect([first?.values.get("password"), seen.reads]).toEqual(["hunter2", 1]);
    seen.now += 1;
    await reader.read(KINDS.Secret, "s", READER);
    expect(seen.reads).toBe(2);
  });

  it("reads again at once when the refresh annotation has another value", async () => {
    const { seen, reader } = counting({ there: true });
    await reader.read(KINDS.Secret, "s", READER);
    await reader.read(KINDS.Secret, "s", { ...READER, refresh: "now" });
    expect(seen.reads).toBe(2);
  });

  it("looks for what is missing again soon", async () => {
    const present = { there: false };
    const { seen, reader } = counting(present);
    expect(await reader.read(KINDS.Secret, "s", READER)).toBeUndefined();
    present.there = true;
    seen.now = 2_000;
    expect((await reader.read(KINDS.Secret, "s", READER))?.values.size).toBe(1);
  });

  it("looks again soon whether what belongs to another cluster is there yet", async () => {
    const { seen, reader } = counting({ there: true, clusterUid: "before" });
    await reader.read(KINDS.Secret, "s", READER);
    seen.now = 1_999;
    await reader.read(KINDS.Secret, "s", READER);
    expect(seen.reads).toBe(1);
    seen.now = 2_000;
    await reader.read(KINDS.Secret, "s", READER);
    expect(seen.reads).toBe(2);
  });

  it("reads past what it keeps when asked to", async () => {
    const present = { there: false };
    const { reader } = counting(present);
    await reader.read(KINDS.Secret, "s", READER);
    present.there = true;
    expect((await reader.readAgain(KINDS.Secret, "s", READER))?.values.size).toBe(1);
    expect((await reader.read(KINDS.Secret, "s", READER))?.values.size).toBe(1);
  });

  it("keeps the clusters apart and forgets one that is gone", async () => {
    const { seen, reader } = counting({ there: true });
    await reader.read(KINDS.Secret, "s", READER);
    await reader.read(KINDS.Secret, "s", { ...READER, uid: "other" });
    reader.forget("7a1c");
    await reader.read(KINDS.Secret, "s", READER);
    expect(seen.reads).toBe(3);
  });
});

describe("valuesOf", () => {
  it("decodes a Secret's data and a ConfigMap's binaryData, and takes a ConfigMap's data as it is", () => {
    const map = { ...SECRET, kind: "ConfigMap", data: { plain: "aHVudGVyMg==" }, binaryData: { coded: "aHVudGVyMg==" } };
    expect(Object.fromEntries(valuesOf(map))).toEqual({ plain: "aHVudGVyMg==", coded: "hunter2" });
  });
});
