/** The samples of config/samples, with the S3 server that there is. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import type { S3Server } from "../test/e2e/harness/target.ts";

/** The namespace that the demo works in. */
export const DEMO_NAMESPACE = "trino-demo";

const SAMPLES = join(import.meta.dirname, "..", "config", "samples");

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly hiveMetastore?: object };
}

/** What is applied, in order, and the name of the TrinoCluster in it; without an S3 server it is the plain sample. */
export async function demoManifests(s3: S3Server | undefined): Promise<{ readonly name: string; readonly manifests: readonly object[] }> {
  const file = s3 ? "trino_v1alpha1_trinocluster_lakehouse.yaml" : "trino_v1alpha1_trinocluster.yaml";
  const sample = loadAll(await readFile(join(SAMPLES, file), "utf8")) as readonly Manifest[];
  const cluster = sample.find(({ kind }) => kind === "TrinoCluster");
  if (!cluster) throw new Error(`${file} has no TrinoCluster`);
  const manifests = sample.map((manifest) => (s3 ? withServer(manifest, s3) : manifest));
  return { name: cluster.metadata.name, manifests: [namespace(), ...manifests.map(inNamespace)] };
}

function withServer(manifest: Manifest, s3: S3Server): object {
  if (manifest.kind === "Secret") return { ...manifest, stringData: { accessKey: s3.accessKey, secretKey: s3.secretKey } };
  const warehouse = {
    location: `s3://${s3.bucket}/demo`,
    s3: { endpoint: s3.endpoint, region: s3.region, pathStyle: true, credentialsSecret: "lakehouse-s3" },
  };
  return { ...manifest, spec: { ...manifest.spec, hiveMetastore: { ...manifest.spec?.hiveMetastore, warehouse } } };
}

function inNamespace(manifest: object): object {
  return { ...manifest, metadata: { ...(manifest as Manifest).metadata, namespace: DEMO_NAMESPACE } };
}

function namespace(): object {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: DEMO_NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
  };
}
