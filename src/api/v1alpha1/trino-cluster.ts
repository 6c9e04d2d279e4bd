/**
 * The schema of TrinoCluster: everything else (CRD, types, reference page) is generated from it.
 * It needs zod and so runs at build time only. The operator takes types from here: `import type { TrinoCluster } from …`.
 */
import { z } from "zod";
import { catalogs } from "./catalog.ts";
import { change } from "./change.ts";
import { hiveMetastore } from "./hive-metastore.ts";
import { image } from "./image.ts";
import { exactlyOne, keySelector, named, type Rule, rules, stringMap } from "./primitives.ts";
import { coordinator, workers } from "./role.ts";
import { trinoClusterStatus } from "./status.ts";

export type * from "./types.ts";

const oldestVersion: Rule = {
  rule: "type(self) == int ? self >= 435 : (self.matches(r'^[0-9]{3,6}$') && int(self) >= 435)",
  message: "must be a Trino version as a whole number, 435 or newer, for example 476",
};

const BOTH_ROLES = "Workers are replaced first, then the coordinator restarts when no query is unfinished.";

const caBundle = z
  .object({
    secretKeyRef: keySelector.optional().describe("A key of a Secret that holds the certificates."),
    configMapKeyRef: keySelector.optional().describe("A key of a ConfigMap that holds the certificates."),
  })
  .meta({
    ...named("CaBundleSpec", "Certificates that Trino trusts."),
    ...change("all", BOTH_ROLES),
    ...rules(exactlyOne(["secretKeyRef", "configMapKeyRef"], "set exactly one of secretKeyRef and configMapKeyRef")),
  });

const logging = z
  .object({
    levels: z
      .record(z.string(), z.enum(["DEBUG", "INFO", "WARN", "ERROR"]))
      .meta({ maxProperties: 128 })
      .optional()
      .describe("Log level by logger, for example io.trino: INFO. Default: Trino's own."),
    format: z.enum(["text", "json"]).optional().describe("Format of the log lines on standard output. Default: text."),
  })
  .meta({ ...named("LoggingSpec", "Logs of Trino."), ...change("all", BOTH_ROLES) });

const service = z
  .object({
    type: z
      .enum(["ClusterIP", "NodePort", "LoadBalancer"])
      .optional()
      .meta(change("none", "The Service is changed in place; addresses outside the cluster come and go with its type."))
      .describe("Type of the Service that clients connect to. Default: ClusterIP."),
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .meta({ format: "int32", ...change("none", "The Service is changed in place; clients must use the new port from then on.") })
      .describe("Port of the Service. Default: 8080."),
    annotations: stringMap(64, 65536)
      .optional()
      .describe("Annotations of the Service, for example for a cloud's load balancer. Default: none."),
  })
  .meta({ ...named("ServiceSpec", "The Service that clients connect to."), ...change("none", "The Service is changed in place.") });

const metastoreExists: Rule = {
  rule: "has(self.hiveMetastore) || !has(self.catalogs) || !self.catalogs.exists(name, [self.catalogs[name]].exists(catalog, has(catalog.metastore)))",
  message:
    "a catalog has metastore: managed, but spec.hiveMetastore is missing; add it, or write the metastore's properties into the catalog",
};

/** A managed metastore takes its JDBC drivers from an image of the same registry, though not of the same tag. */
const withDriverImage = change(
  ["all", "metastore"],
  `${BOTH_ROLES} A managed metastore, whose JDBC drivers come from an image of the same registry, is replaced too, new pods first.`,
);

/** The spec of a TrinoCluster. */
export const trinoClusterSpec: z.ZodType = z
  .object({
    version: z
      .union([z.int(), z.string()])
      .meta({
        ...rules(oldestVersion),
        ...change(
          "all",
          "The coordinator restarts first, when no query is unfinished; then all workers change at once, and nothing serves until the new ones are registered.",
        ),
      })
      .describe(
        "Trino version, 435 or newer, for example 476. A version newer than the operator knows is configured like the newest that it knows, with a warning.",
      ),
    image: image({ repository: "trinodb/trino", tag: "the version" }, { repository: withDriverImage, pullSecrets: withDriverImage })
      .optional()
      .meta(change("all", BOTH_ROLES))
      .describe("Image of coordinator and workers. Its Trino version must be spec.version."),
    coordinator: coordinator.optional().describe("The coordinator."),
    workers: workers.prefault({}).describe("The workers. Default: 2 of them."),
    catalogs: catalogs
      .optional()
      .describe("Catalogs, by name. A changed catalog is a change of the cluster and rolled out as one. Default: none."),
    hiveMetastore: hiveMetastore.optional().describe("A Hive Metastore for the catalogs that say metastore: managed. Default: none."),
    caBundle: caBundle.optional().describe("Certificates in PEM that Trino trusts beside those of its JVM. Default: none."),
    logging: logging.optional().describe("Logs of Trino."),
    service: service.optional().describe("The Service that clients connect to; it has the name of the cluster."),
    internalSecretNumber: z
      .int()
      .min(1)
      .max(999999)
      .optional()
      .meta({
        format: "int32",
        ...change(
          "all",
          "A new Secret is made. The coordinator restarts first, when no query is unfinished; then all workers change at once, and nothing serves until the new ones are registered.",
        ),
      })
      .describe(
        "Number of the Secret by which the nodes trust each other, NAME-internal-NUMBER. Raise it by one to rotate: a new one is made, and all nodes change to it together, when the coordinator may restart. Default: 1.",
      ),
    suspend: z
      .boolean()
      .optional()
      .meta(change("all", "true: when no query is unfinished, the workers stop, then the coordinator. false: both start."))
      .describe("Whether coordinator and workers are stopped; metastore and volumes stay. Default: false."),
  })
  .meta({ ...named("TrinoClusterSpec", "What a cluster should be."), ...rules(metastoreExists) });

const clusterName: Rule = {
  rule: "self.metadata.name.size() <= 30 && self.metadata.name.matches(r'^[a-z]([a-z0-9-]*[a-z0-9])?$')",
  message:
    "metadata.name must have at most 30 characters, begin with a lower-case letter and hold only lower-case letters, digits and -, because Services, pods and labels are named after it; choose a shorter or simpler name",
};

/** The whole object, without metadata, which Kubernetes checks itself. */
export const trinoCluster: z.ZodType = z
  .object({
    spec: trinoClusterSpec.describe("What the cluster should be. Smallest valid: {version: 476}."),
    status: trinoClusterStatus.optional().describe("What the operator found. Written by the operator only."),
  })
  .meta({
    ...rules(clusterName),
    description: "TrinoCluster is a Trino cluster: one coordinator, workers, catalogs and, where asked for, a Hive Metastore.",
  });
