import { loadAll } from "js-yaml";
import { expect, it } from "vitest";
import { SpecInvalid } from "../trino/violation.ts";
import { renderManifest } from "./render.ts";

const CLUSTER = `apiVersion: trino.trino-operator.io/v1alpha1
kind: TrinoCluster
metadata: {name: orders}
spec:
  version: 484
  workers: {config: {config.properties: {query.max-run-time: 1h}}}
  catalogs: {db: {properties: {connector.name: mysql}, secretProperties: {connection-password: {secretKeyRef: {name: s, key: k}}}}}
`;

it("prints every manifest, with placeholders where a Secret's values would be", () => {
  const text = renderManifest(CLUSTER, { explain: false });
  const kinds = (loadAll(text) as { kind: string }[]).map(({ kind }) => kind);
  expect(kinds).toEqual(
    expect.arrayContaining(["StatefulSet", "Deployment", "ConfigMap", "Secret", "Service", "PodDisruptionBudget", "ControllerRevision"]),
  );
  expect(text).toContain(`CATALOG_DB_CONNECTION_PASSWORD: ${Buffer.from("<k of s>").toString("base64")}`);
  expect(text).toContain("shared-secret: <shared-secret of orders-internal-1>");
});

it("explains each property by the feature or the field that set it", () => {
  const lines = renderManifest(CLUSTER, { explain: true }).split("\n");
  expect(lines[0]).toBe("# Warning: Trino 484 is newer than this operator knows; it is configured like 483.");
  const line = (text: string): string =>
    lines.find((candidate) => candidate.startsWith("worker") && candidate.includes(text))?.replaceAll(/ +/g, " ") ?? "";
  expect(line("query.max-run-time")).toBe(
    "worker config.properties query.max-run-time=1h override config (spec.workers.config[config.properties][query.max-run-time])",
  );
  expect(line("coordinator=false")).toBe("worker config.properties coordinator=false feature discovery");
  expect(line("connection-password")).toContain(
    "${ENV:CATALOG_DB_CONNECTION_PASSWORD} feature catalogs (spec.catalogs.db.secretProperties[connection-password])",
  );
});

it("refuses what the operator would refuse, and what is no TrinoCluster", () => {
  expect(() => renderManifest(CLUSTER.replace("484", "400"), { explain: false })).toThrow(SpecInvalid);
  expect(() => renderManifest("kind: Pod\n", { explain: false })).toThrow("the text holds no object of kind TrinoCluster");
});
