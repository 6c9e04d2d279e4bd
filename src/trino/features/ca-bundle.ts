/** Certificates that Trino trusts beside those of its JVM. */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { Cluster } from "../cluster.ts";
import type { Feature } from "../feature.ts";
import { DATA_DIRECTORY, OPERATOR_DIRECTORY, VOLUMES } from "../resources/pod-paths.ts";
import { restrictedContainer } from "../resources/security.ts";

const TRUST_DIRECTORY = `${OPERATOR_DIRECTORY}/trust`;
const TRUST_STORE = `${TRUST_DIRECTORY}/truststore`;
/** Java's own for its default trust store, which holds nothing secret. */
const PASSWORD = "changeit";

/** The bundle's file under /etc/trino. */
export const CA_BUNDLE_FILE = "ca-bundle.pem";

/**
 * A JVM has one trust store, so an init container copies that of the image's JDK and adds each certificate of the bundle.
 * Source: https://docs.oracle.com/en/java/javase/24/docs/specs/man/keytool.html
 */
export const caBundle: Feature = {
  name: "ca-bundle",
  layer: "feature",
  contribute: (cluster) => {
    if (cluster.caBundle === undefined) return {};
    return {
      texts: { [CA_BUNDLE_FILE]: { kind: "reference", reference: cluster.caBundle } },
      volumes: [{ name: VOLUMES.trust, emptyDir: { sizeLimit: "16Mi" } }],
      mounts: [{ name: VOLUMES.trust, mountPath: TRUST_DIRECTORY, readOnly: true }],
      initContainers: [trustStoreContainer(cluster)],
      jvm: [`-Djavax.net.ssl.trustStore=${TRUST_STORE}`, `-Djavax.net.ssl.trustStorePassword=${PASSWORD}`],
    };
  },
};

function trustStoreContainer({ image }: Cluster): IContainer {
  return {
    name: "trust-store",
    image: image.reference,
    imagePullPolicy: image.pullPolicy,
    command: ["/bin/bash", "-c", TRUST_STORE_SCRIPT],
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } },
    securityContext: restrictedContainer(),
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: VOLUMES.configuration, mountPath: "/etc/trino", readOnly: true },
      { name: VOLUMES.trust, mountPath: TRUST_DIRECTORY },
      { name: VOLUMES.temporary, mountPath: "/tmp" },
      { name: VOLUMES.data, mountPath: DATA_DIRECTORY },
    ],
  };
}

/** keytool imports one certificate at a time, so the bundle is cut at each END line. */
const TRUST_STORE_SCRIPT = `set -eu
home=\${JAVA_HOME:-}
if [ -z "$home" ]; then java=$(readlink -f "$(type -P java)"); home=\${java%/bin/java}; fi
cat "$home/lib/security/cacerts" > ${TRUST_STORE}
number=0
certificate=
while IFS= read -r line || [ -n "$line" ]; do
  case $line in *'BEGIN CERTIFICATE'*) certificate= ;; esac
  certificate+=$line$'\\n'
  case $line in *'END CERTIFICATE'*)
    number=$((number + 1))
    "$home/bin/keytool" -J-Xmx64m -importcert -noprompt -alias "bundle-$number" -keystore ${TRUST_STORE} -storepass ${PASSWORD} <<< "$certificate"
  esac
done < /etc/trino/${CA_BUNDLE_FILE}
[ "$number" -gt 0 ] || { echo "the CA bundle holds no certificate" >&2; exit 1; }
`;
