/** The strategic merge patch against kubectl itself, which is the oracle. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { POD_TEMPLATE } from "../../src/trino/template/merge-keys.ts";
import { type JsonObject, strategicMerge } from "../../src/trino/template/strategic-merge.ts";

const KUBECTL = join(import.meta.dirname, "../../hack/kubectl.sh");
const directory = mkdtempSync(join(tmpdir(), "strategic-merge-"));
afterAll(() => rmSync(directory, { recursive: true }));

const TEMPLATE: JsonObject = {
  metadata: { labels: { a: "1", b: "2" }, annotations: { note: "x" }, finalizers: ["one"] },
  spec: {
    serviceAccountName: "orders",
    containers: [
      {
        name: "trino",
        image: "trino",
        command: ["run", "fast"],
        env: [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
          { name: "C", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
        ],
        ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
        resources: { requests: { cpu: "1" }, limits: { memory: "2Gi" } },
        volumeMounts: [
          { name: "data", mountPath: "/data" },
          { name: "tmp", mountPath: "/tmp" },
        ],
      },
      { name: "sidecar", image: "sidecar" },
    ],
    initContainers: [{ name: "prepare", image: "busybox" }],
    volumes: [
      { name: "data", emptyDir: {} },
      { name: "tmp", emptyDir: {} },
      { name: "config", configMap: { name: "c" } },
    ],
    tolerations: [{ key: "k", operator: "Exists" }],
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "ScheduleAnyway" }],
    imagePullSecrets: [{ name: "registry" }],
    securityContext: { runAsUser: 1000, supplementalGroups: [1, 2] },
  },
};

describe("a patch does what kubectl makes of it", () => {
  it.each<{ name: string; patch: JsonObject }>([
    { name: "labels", patch: { metadata: { labels: { b: null, c: "3" }, annotations: { more: "y" } } } },
    { name: "a set of strings", patch: { metadata: { finalizers: ["two", "one"] } } },
    { name: "scalars", patch: { spec: { hostNetwork: true, serviceAccountName: null, priorityClassName: "high" } } },
    {
      name: "a container's fields",
      patch: {
        spec: { containers: [{ name: "trino", image: "other", command: ["run"], resources: { limits: { memory: null, cpu: "2" } } }] },
      },
    },
    { name: "a new container", patch: { spec: { containers: [{ name: "new", image: "new" }] } } },
    {
      name: "containers in another order",
      patch: {
        spec: {
          containers: [
            { name: "sidecar", image: "s2" },
            { name: "new", image: "n" },
            { name: "trino", image: "t2" },
          ],
        },
      },
    },
    { name: "a container that goes", patch: { spec: { containers: [{ name: "sidecar", $patch: "delete" }] } } },
    { name: "containers that are replaced", patch: { spec: { containers: [{ $patch: "replace" }, { name: "only", image: "only" }] } } },
    {
      name: "environment",
      patch: {
        spec: {
          containers: [
            {
              name: "trino",
              env: [
                { name: "D", value: "4" },
                { name: "B", value: "3" },
                { name: "A", $patch: "delete" },
                { name: "C", value: "5", valueFrom: null },
              ],
            },
          ],
        },
      },
    },
    {
      name: "mounts and ports",
      patch: {
        spec: {
          containers: [
            {
              name: "trino",
              volumeMounts: [
                { name: "cache", mountPath: "/cache" },
                { name: "data", mountPath: "/tmp" },
              ],
              ports: [{ containerPort: 8080, name: "web" }, { containerPort: 9090 }],
            },
          ],
        },
      },
    },
    {
      name: "volumes",
      patch: {
        spec: {
          volumes: [
            { name: "config", configMap: { name: "other" } },
            { name: "data", emptyDir: null, hostPath: { path: "/x" } },
            { name: "more", emptyDir: { sizeLimit: "1Gi" } },
          ],
        },
      },
    },
    {
      name: "a volume that is replaced",
      patch: {
        spec: {
          volumes: [
            { name: "data", $patch: "delete" },
            { name: "tmp", emptyDir: { medium: "Memory" } },
          ],
        },
      },
    },
    {
      name: "lists without a key",
      patch: { spec: { tolerations: [{ key: "other" }], securityContext: { supplementalGroups: [3], runAsUser: null } } },
    },
    {
      name: "constraints and pull secrets",
      patch: {
        spec: {
          topologySpreadConstraints: [
            { topologyKey: "host", maxSkew: 2, whenUnsatisfiable: "DoNotSchedule" },
            { topologyKey: "zone", maxSkew: 3 },
          ],
          imagePullSecrets: [{ name: "a" }, { name: "registry" }],
        },
      },
    },
    {
      name: "new lists and objects",
      patch: {
        spec: {
          hostAliases: [{ ip: "1.2.3.4", hostnames: ["h"] }],
          dnsConfig: { options: [{ name: "ndots", value: "1" }] },
          affinity: { podAntiAffinity: {} },
        },
      },
    },
    { name: "an object that is replaced", patch: { spec: { securityContext: { $patch: "replace", runAsUser: 5 } } } },
    { name: "an object that goes", patch: { spec: { securityContext: { $patch: "delete" } } } },
    {
      name: "init containers",
      patch: {
        spec: {
          initContainers: [
            { name: "second", image: "b" },
            { name: "prepare", env: [{ name: "A", value: "1" }] },
          ],
        },
      },
    },
    { name: "nothing", patch: {} },
  ])("$name", ({ patch }) => expect(strategicMerge(TEMPLATE, patch, POD_TEMPLATE)).toEqual(kubectlPatch(patch)));
});

it("any order of containers, environment and volumes is as kubectl has it", () => {
  const name = fc.constantFrom("a", "b", "c", "d", "e");
  const env = fc.uniqueArray(fc.record({ name, value: fc.constantFrom("1", "2") }), { selector: (item) => item.name });
  const containers = fc.uniqueArray(fc.record({ name, env }), { selector: (item) => item.name });
  const template = fc.record({
    spec: fc.record({ containers, imagePullSecrets: fc.uniqueArray(fc.record({ name }), { selector: (item) => item.name }) }),
  });
  fc.assert(
    fc.property(template, template, (original, patch) => {
      expect(strategicMerge(original, patch, POD_TEMPLATE)).toEqual(kubectlPatch(patch, original));
    }),
    { numRuns: 20 },
  );
}, 60_000);

function kubectlPatch(patch: JsonObject, template: JsonObject = TEMPLATE): JsonObject {
  const file = join(directory, "template.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "PodTemplate", metadata: { name: "t" }, template }));
  const arguments_ = [
    "patch",
    "--local",
    "--type=strategic",
    "--output=json",
    "--filename",
    file,
    "--patch",
    JSON.stringify({ template: patch }),
  ];
  const patched = JSON.parse(execFileSync(KUBECTL, arguments_, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] })) as {
    template: JsonObject;
  };
  return patched.template;
}
