import { expect, it } from "vitest";
import { manifest } from "./fixtures.ts";
import { referencesOf } from "./references.ts";

it("finds every Secret and ConfigMap, each name once and sorted", () => {
  const key = (name: string): { name: string; key: string } => ({ name, key: "k" });
  const object = manifest({
    coordinator: {
      files: { a: { secretKeyRef: key("s-file") }, b: { configMapKeyRef: key("c-file") }, c: { text: "x" } },
      env: [
        { name: "A", valueFrom: { secretKeyRef: key("s-env") } },
        { name: "B", valueFrom: { configMapKeyRef: key("c-env") } },
        { name: "C", value: "x" },
      ],
      envFrom: [{ secretRef: { name: "s-from" } }, { configMapRef: { name: "c-from" } }],
    },
    workers: { env: [{ name: "A", valueFrom: { secretKeyRef: key("s-env") } }] },
    catalogs: { db: { properties: { "connector.name": "mysql" }, secretProperties: { p: { secretKeyRef: key("s-catalog") } } } },
    caBundle: { configMapKeyRef: key("c-bundle") },
    hiveMetastore: {
      warehouse: { location: "s3://b/w", s3: { credentialsSecret: "s-s3" } },
      database: { postgresql: { host: "db", credentialsSecret: "s-db" } },
    },
  });
  expect(referencesOf(object)).toEqual({
    secrets: ["s-catalog", "s-db", "s-env", "s-file", "s-from", "s-s3"],
    configMaps: ["c-bundle", "c-env", "c-file", "c-from"],
  });
});

it("finds nothing in a plain cluster", () => expect(referencesOf(manifest())).toEqual({ secrets: [], configMaps: [] }));
