/** Values that mean something in a field, good and bad: what a schema does not tell. The first rule whose pattern matches the field counts. */

const QUANTITIES = ["1", 1, "1.5Gi", "100m", "0", "-1", "4 Gi", "1e3", "1E", "9999999Ti", "1e400"];
const DURATIONS = ["0s", "1ms", "90s", "1.5h", "30", "1h30m", "-1s", "100000d", "99999999999d"];
const IMAGES = ["trinodb/trino", "localhost:5000/a/b", "Registry.example.com/A", "a:b", "https://a/b", "a b", "-"];
const OBJECT_NAMES = ["second", "missing", "Not_A_Name", "a/b", "../x"];
const KEYS = ["username", "missing", "a/b"];
const LABELS = ["b", "a".repeat(63), "a".repeat(64), "not a label", "-a"];

const RULES: readonly (readonly [RegExp, readonly unknown[]])[] = [
  [/resources\.(requests|limits)\.<key>$/, QUANTITIES],
  [/divisor$/, ["1", "1Ki", "1Mi", "3Mi", "x"]],
  [/jvm\.heap$/, ["1GB", "0B", "100MB", "3.5GB", "4GB", "100TB", "4Gi", "4"]],
  [/jvm\.heapPercent$/, [10, 50, 90]],
  [
    /extraArguments\.add\[\]$/,
    ["-XX:+UseZGC", "-Xmx1G", "-XX:MaxHeapSize=1g", "-Xlog:gc\n-Xmx1g", "--add-opens=java.base/java.lang=ALL-UNNAMED"],
  ],
  [/extraArguments\.remove\[\]$/, ["-XX:+ExitOnOutOfMemoryError", "-XX:NotThere", "-server"]],
  [/(drainTimeout|progressDeadline|deadline)$/, DURATIONS],
  [/repository$/, IMAGES],
  [/tag$/, ["latest", "476.1", "a".repeat(128), "a:b", ".a"]],
  [/digest$/, [`sha256:${"a".repeat(64)}`, "sha256:0", "md5:0"]],
  [/(secretKeyRef|configMapKeyRef|secretRef|configMapRef)\.name$/, OBJECT_NAMES],
  [/(credentialsSecret|pullSecrets\[\])$/, OBJECT_NAMES],
  [/(secretKeyRef|configMapKeyRef)\.key$/, KEYS],
  [/serviceAccountName$/, ["other", "Not A Name", "a".repeat(253)]],
  [/priorityClassName$/, ["low", "Not A Name"]],
  [/nodeSelector\.<key>$/, LABELS],
  [/podLabels\.<key>$/, LABELS],
  [/podAnnotations\.<key>$/, ["b", "any text at all ✓"]],
  [
    /affinity$/,
    [
      {},
      { podAntiAffinity: {} },
      { nodeAffinity: { nodes: "all" } },
      { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
    ],
  ],
  [/labelSelector$/, [{}, { matchLabels: { c: "d" } }, { matchLabels: { "not a label": "x" } }, { matches: {} }]],
  [
    /podTemplate$/,
    [
      {},
      { metadata: { labels: { b: "c" } } },
      { spec: { hostNetwork: true } },
      { spec: { hostNetworks: true } },
      { spec: { containers: [{ image: "x" }] } },
      { spec: { containers: [{ name: "trino", $patch: "delete" }] } },
    ],
  ],
  [
    /volumes$/,
    [
      [],
      [{ name: "scratch", emptyDir: { sizeLimit: "1Gi" } }],
      [{ name: "scratch", emptyDirs: {} }],
      [{ name: "scratch" }, { name: "configuration" }],
      [{ name: "Scratch" }],
    ],
  ],
  [
    /(initContainers|sidecars)$/,
    [
      [],
      [{ name: "other", image: "busybox:1" }],
      [{ name: "trino", image: "busybox:1" }],
      [{ name: "other" }],
      [{ name: "other", image: "busybox:1", images: 1 }],
      [{ name: "not a name", image: "busybox:1" }],
    ],
  ],
  [/mountPath$/, ["/other", "/etc/trino", "/etc/trino/more", "/data/trino", "relative", "/"]],
  [/subPath$/, ["b", "../b", "/b"]],
  [/subPathExpr$/, ["$(FIELD)", "../b"]],
  [/mountPropagation$/, ["HostToContainer", "Bidirectional", "Sometimes"]],
  [/volumeMounts\[\]\.name$/, ["missing"]],
  [/fieldPath$/, ["metadata.name", "status.podID", "metadata.labels['a']"]],
  [/env\[\]\.name$/, ["OTHER", "lower-case", "TRINO_INTERNAL_SHARED_SECRET", "not a name", "A=B"]],
  [/resourceFieldRef\.resource$/, ["requests.cpu", "limits.gold"]],
  [/containerName$/, ["shipper", "missing"]],
  [/apiVersion$/, ["v1", "v2"]],
  [/prefix$/, ["T_", "not a prefix "]],
  [/(tolerations\[\]\.key|topologyKey)$/, ["kubernetes.io/hostname", "not a key", "a/b/c"]],
  [/tolerations\[\]\.value$/, ["b", "not a value"]],
  [/tolerationSeconds$/, [0, -1, 60]],
  [/(maxSkew|minDomains)$/, [1, 3, 0]],
  [/matchLabelKeys\[\]$/, ["app", "not a key"]],
  [/restartAt$/, ["2026-02-02T02:02:02Z", "2026-02-02T02:02:02+01:00", "tomorrow", "2026-02-02"]],
  [/config\.<key>\.<key>$/, ["2h", "", "a\nb", " x "]],
  [/files\.<key>\.text$/, ["[]", "", "é\u0001"]],
  [/catalogs\.<key>\.properties\.<key>$/, ["memory", "hive", "x y", ""]],
  [/levels\.<key>$/, ["WARN"]],
  [/service\.annotations\.<key>$/, ["external"]],
  [/host$/, ["192.0.2.1", "::1", "a b", "jdbc:x/y?z=1"]],
  [/database\.\w+\.name$/, ["other", "a/b?c=d", "with space"]],
  [/location$/, ["s3a://a/b", "file:///tables", "hdfs://nn/x", "gs://b/x", "/x", "s3://"]],
  [/endpoint$/, ["http://192.0.2.1:9000", "s3.example.com", "https://a/b"]],
  [/region$/, ["us-west-2", "not a region"]],
  [/storage$/, ["7Gi", "5GB", "0Gi", "1.5Ti"]],
  [/storageClass$/, ["slow", "Not A Class"]],
  [/hiveMetastore\.version$/, ["3.1.3", "4.0.0", "9.9.9", "4.0", "latest"]],
  [/upgradeSchemaFrom$/, ["3.1.3", "4.0.1", "9.9.9", "4.0.0-beta-1", "3.1"]],
  [/hiveMetastore\.config\.<key>$/, ["61", "", "<&>"]],
  [/uris\[\]$/, ["thrift://c:1", "thrift://c", "http://c:1", "thrift://c:99999"]],
  [/spec\.version$/, [435, 434, "483", 484, 999_999, "476.1", "latest", "", 0, -1]],
];

/** The values to try in a field. */
export function semanticValues(field: string): readonly unknown[] {
  return RULES.find(([pattern]) => pattern.test(field))?.[1] ?? [];
}

/** Keys to try in a map, with a value that is good elsewhere. */
const KEY_RULES: readonly (readonly [RegExp, readonly string[], unknown])[] = [
  [/resources\.(requests|limits)$/, ["memory", "cpu", "ephemeral-storage", "gold", "example.com/gpu"], "3Gi"],
  [
    /\.config\.<key>$/,
    ["query.max-memory-per-node", "web-ui.enabled", "discovery.uri", "node.id", "shutdown.grace-period", "a=b", ""],
    "10s",
  ],
  [/(coordinator|workers)\.config$/, ["log.properties", "jvm.config", "../x.properties", "UPPER.properties"], { a: "b" }],
  [
    /\.files$/,
    ["other.txt", "secret__password.db", "jvm.config", "catalog/x.properties", "../x", "rules.json/x", `${"a".repeat(260)}`],
    { text: "x" },
  ],
  [/podLabels$/, ["b", "app.kubernetes.io/name", "trino.trino-operator.io/revision", "not a label"], "x"],
  [
    /podAnnotations$/,
    ["b", "trino.trino-operator.io/restart-at", "trino.trino-operator.io/version", "kubectl.kubernetes.io/default-container", "not a key"],
    "x",
  ],
  [/nodeSelector$/, ["kubernetes.io/arch", "not a key"], "x"],
  [/spec\.catalogs$/, ["another", "system", "UPPER", "a.b", "a".repeat(64)], { properties: { "connector.name": "memory" } }],
  [/catalogs\.<key>\.properties$/, ["tpch.splits-per-node", "hive.s3.endpoint", "s3.aws-access-key", "a=b", ""], "4"],
  [/secretProperties$/, ["connection-password", "connector.name", "a=b"], { secretKeyRef: { name: "first", key: "text" } }],
  [/levels$/, ["io.trino.server", "root", "", "a=b"], "WARN"],
  [/service\.annotations$/, ["b", "not a key"], "x"],
  [/hiveMetastore\.config$/, ["hive.metastore.x", "metastore.warehouse.dir", "javax.jdo.option.ConnectionURL", ""], "x"],
];

/** Entries to add to a map: key and value. */
export function furtherEntries(field: string): readonly (readonly [string, unknown])[] {
  const rule = KEY_RULES.find(([pattern]) => pattern.test(field));
  return rule ? rule[1].map((key) => [key, rule[2]] as const) : [];
}
