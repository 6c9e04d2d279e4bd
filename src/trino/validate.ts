/** Validate (pure): from what a person wrote, and what that refers to, to a Cluster in which nothing is missing. */
import type { TrinoCluster } from "../api/v1alpha1/trino-cluster.ts";
import type { Cluster, KeyReference, RoleName } from "./cluster.ts";
import { roleField } from "./feature.ts";
import { removedInVain } from "./features/jvm.ts";
import { FIRST_VERSION_WITH_JSON_CONSOLE } from "./features/logging.ts";
import type { References } from "./references.ts";
import { parseCatalogs } from "./validate/catalogs.ts";
import { type Findings, newFindings } from "./validate/findings.ts";
import { parseImage } from "./validate/image.ts";
import { parseMetastore } from "./validate/metastore.ts";
import { checkMetastorePatch } from "./validate/metastore-patch.ts";
import { checkOwnedMetadata } from "./validate/owned-metadata.ts";
import { checkPod } from "./validate/pod-collisions.ts";
import { newResolver, type Resolver } from "./validate/resolver.ts";
import { parseCoordinator, parseWorkers } from "./validate/role.ts";
import { drainOf, NEWEST_VERSION, OLDEST_VERSION } from "./versions.ts";
import { SpecInvalid } from "./violation.ts";

const CLUSTER_NAME = /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/;
const GENERATION = "a";
const DEFAULT_PORT = 8080;

/** Validates a TrinoCluster. Throws SpecInvalid with everything that is wrong. */
export function validate(object: TrinoCluster, references: References): Cluster {
  const findings = newFindings();
  const resolver = newResolver(references, findings);
  const cluster = parseCluster(object, { references, resolver, findings });
  checkOwnedMetadata(cluster, findings);
  checkPod(cluster, "coordinator", findings);
  checkPod(cluster, "worker", findings);
  checkMetastorePatch(cluster.metastore, findings);
  for (const role of ["coordinator", "worker"] as const) warnOfArguments(cluster, role, findings);
  if (findings.violations.length > 0) throw new SpecInvalid(findings.violations);
  return { ...cluster, warnings: findings.warnings };
}

interface Tools {
  readonly references: References;
  readonly resolver: Resolver;
  readonly findings: Findings;
}

function parseCluster({ metadata, spec, status }: TrinoCluster, { references, resolver, findings }: Tools): Cluster {
  const { name, namespace = "default", uid = "" } = metadata;
  checkName(name, findings);
  const version = parseVersion(spec.version, findings);
  const caBundle = parseCaBundle(spec.caBundle, resolver);
  const role = { version, hasCaBundle: caBundle !== undefined, resolver, findings };
  const chosenVersion = status?.hiveMetastore?.version;
  return {
    name,
    namespace,
    uid,
    version,
    image: parseImage(spec.image, { repository: "trinodb/trino", tag: String(version) }),
    environment: environmentOf(namespace, name),
    generation: GENERATION,
    internalSecret: references.internalSecret,
    coordinator: parseCoordinator(spec.coordinator ?? {}, role),
    workers: parseWorkers(spec.workers ?? {}, role),
    catalogs: parseCatalogs(spec.catalogs ?? {}, { version, hasMetastore: spec.hiveMetastore !== undefined, resolver, findings }),
    metastore:
      spec.hiveMetastore && parseMetastore(spec.hiveMetastore, { version, chosenVersion, trinoImage: spec.image, resolver, findings }),
    caBundle,
    logging: parseLogging(spec.logging ?? {}, version, findings),
    service: {
      type: spec.service?.type ?? "ClusterIP",
      port: spec.service?.port ?? DEFAULT_PORT,
      annotations: spec.service?.annotations ?? {},
    },
    suspend: spec.suspend ?? false,
    referenced: resolver.referenced,
    warnings: [],
  };
}

/** `node.environment` knows no dash. Source: airlift's `NodeConfig` */
function environmentOf(namespace: string, name: string): string {
  return `${namespace}_${name}`.toLowerCase().replaceAll(/[^a-z0-9_]/g, "_");
}

function checkName(name: string, findings: Findings): void {
  if (CLUSTER_NAME.test(name)) return;
  findings.refuse(
    "metadata.name",
    `${name} cannot be the name of a cluster.`,
    "Use 30 characters at most, beginning with a lower-case letter, only lower-case letters, digits and -, not - at the end.",
  );
}

function parseVersion(text: number | string, findings: Findings): number {
  const version = Number(text);
  if (!Number.isInteger(version) || version < OLDEST_VERSION) {
    findings.refuse(
      "spec.version",
      `${text} is not a supported version.`,
      `Use a whole number from ${OLDEST_VERSION} on, for example ${NEWEST_VERSION}.`,
    );
    return NEWEST_VERSION;
  }
  if (version > NEWEST_VERSION) {
    findings.warn(`Trino ${version} is newer than this operator knows; it is configured like ${NEWEST_VERSION}.`);
  }
  if (drainOf(version) === "Broken") {
    findings.warn(`Trino ${version} cannot shut down a worker gracefully, so that queries fail when one goes; use 476 or newer.`);
  }
  return version;
}

/** No refusal: one that other versions have may stay in the spec over an upgrade. */
function warnOfArguments(cluster: Cluster, role: RoleName, findings: Findings): void {
  for (const argument of removedInVain(cluster, role)) {
    findings.warn(
      `${roleField(role)}.jvm.extraArguments.remove: ${argument} is none of the arguments that the operator gives to Trino ${cluster.version} and that can be left out; compare it with jvm.config, or remove it.`,
    );
  }
}

function parseCaBundle(spec: TrinoCluster["spec"]["caBundle"], resolver: Resolver): KeyReference | undefined {
  const reference: KeyReference | undefined = spec?.secretKeyRef
    ? { kind: "Secret", ...spec.secretKeyRef }
    : spec?.configMapKeyRef && { kind: "ConfigMap", ...spec.configMapKeyRef };
  if (reference) resolver.key("spec.caBundle", reference);
  return reference;
}

function parseLogging(
  { levels = {}, format = "text" }: NonNullable<TrinoCluster["spec"]["logging"]>,
  version: number,
  findings: Findings,
): Cluster["logging"] {
  if (format === "json" && version < FIRST_VERSION_WITH_JSON_CONSOLE) {
    findings.warn(`Trino ${version} writes text to standard output; JSON comes with ${FIRST_VERSION_WITH_JSON_CONSOLE}.`);
  }
  return { levels, format };
}
