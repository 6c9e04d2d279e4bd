/**
 * Properties that only the operator may set: an override would cut a node off, or let two parts of the cluster disagree.
 * The CRD's rules and `validate` both come from this table. No schema here: this file is safe to import at run time.
 */

/** One property that an override may not hold. */
export interface OperatorOwnedProperty {
  /** The properties file under /etc/trino. */
  readonly file: string;
  readonly key: string;
  /** What to use instead; the second half of the refusal. */
  readonly cure: string;
}

/** Sources: https://trino.io/docs/current/installation/deployment.html, https://trino.io/docs/current/security/internal-communication.html */
export const OPERATOR_OWNED_PROPERTIES: readonly OperatorOwnedProperty[] = [
  {
    file: "config.properties",
    key: "coordinator",
    cure: "the role decides it: there is one coordinator, and workers.replicas says how many workers",
  },
  { file: "config.properties", key: "discovery.uri", cure: "it is the name of the discovery Service; remove it" },
  { file: "config.properties", key: "discovery-server.enabled", cure: "the role decides it; remove it" },
  {
    file: "config.properties",
    key: "http-server.http.port",
    cure: "probes and Services depend on it; use spec.service.port for the port that clients see",
  },
  { file: "config.properties", key: "http-server.http.enabled", cure: "probes depend on it; remove it" },
  { file: "config.properties", key: "internal-communication.shared-secret", cure: "the operator makes and rotates it; remove it" },
  { file: "config.properties", key: "node.internal-address", cure: "it is the pod's own address; remove it" },
  { file: "config.properties", key: "node.internal-address-source", cure: "it is the pod's own address; remove it" },
  { file: "config.properties", key: "node.environment", cure: "it is fixed when the cluster is created; remove it" },
  { file: "config.properties", key: "node.id", cure: "it is the pod's name; remove it" },
  { file: "config.properties", key: "node.data-dir", cure: "it is a volume of the pod; remove it" },
  { file: "config.properties", key: "catalog.config-dir", cure: "use spec.catalogs" },
  { file: "config.properties", key: "catalog.management", cure: "use spec.catalogs; a changed catalog is rolled out by the operator" },
  { file: "config.properties", key: "plugin.dir", cure: "it belongs to the image; remove it" },
  { file: "node.properties", key: "node.environment", cure: "it is fixed when the cluster is created; remove it" },
  { file: "node.properties", key: "node.id", cure: "it is the pod's name; remove it" },
  { file: "node.properties", key: "node.data-dir", cure: "it is a volume of the pod; remove it" },
  { file: "node.properties", key: "node.internal-address", cure: "it is the pod's own address; remove it" },
  { file: "node.properties", key: "node.internal-address-source", cure: "it is the pod's own address; remove it" },
  { file: "node.properties", key: "catalog.config-dir", cure: "use spec.catalogs" },
  { file: "node.properties", key: "plugin.dir", cure: "it belongs to the image; remove it" },
];

/** Files under /etc/trino that have a field of their own and so may not stand in `files`. File → what to use. */
export const FILES_WITH_OWN_FIELD: Readonly<Record<string, string>> = {
  "config.properties": "use the field config",
  "node.properties": "use the field config",
  "log.properties": "use spec.logging.levels, or the field config",
  "jvm.config": "use the field jvm",
};
