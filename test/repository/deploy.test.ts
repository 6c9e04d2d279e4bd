import { expect, test } from "vitest";
import { KINDS } from "../../src/controllers/kinds.ts";
import { deployment, find, kustomize, type Manifest, type PolicyRule } from "./manifests.ts";

const inCluster = kustomize("default");
const inNamespace = kustomize("namespaced");
const clusterRole = find(inCluster, "ClusterRole", "trino-operator");
const namespaceRole = find(inNamespace, "Role", "trino-operator");

function verbsOf(role: Manifest, apiGroup: string, resource: string): string[] {
  const rules = (role.rules ?? []).filter((rule) => rule.apiGroups.includes(apiGroup) && rule.resources.includes(resource));
  return rules.flatMap(({ verbs }) => verbs);
}

test.each([
  { image: "trino-operator/trino-operator:dev", rendered: "trino-operator/trino-operator:dev" },
  { image: "localhost:5000/trino-operator", rendered: "localhost:5000/trino-operator:latest" },
  { image: "registry.example.com:5000/team/trino-operator:1.0", rendered: "registry.example.com:5000/team/trino-operator:1.0" },
  { image: "ghcr.io/a/b:1.0@sha256:abc", rendered: "ghcr.io/a/b@sha256:abc" },
])("make deploy IMG=$image runs $rendered", ({ image, rendered }) => {
  expect(find(deployment(image), "Deployment", "trino-operator").spec.template.spec.containers[0].image).toBe(rendered);
});

test("everything goes into one namespace, which enforces PodSecurity restricted", () => {
  const namespaces = new Set(inCluster.flatMap(({ metadata }) => metadata.namespace ?? []));
  expect([...namespaces]).toEqual(["trino-operator-system"]);
  const labels = find(inCluster, "Namespace", "trino-operator-system").metadata.labels;
  expect(labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
});

test("the operator's pod meets PodSecurity restricted and cannot write to its image", () => {
  const pod = find(inCluster, "Deployment", "trino-operator").spec.template.spec;
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
  expect(pod.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
});

test.each([...inCluster, ...inNamespace].filter(({ rules }) => rules !== undefined))(
  "$kind $metadata.name has no wildcard",
  ({ rules }) => {
    const words = (rules as PolicyRule[]).flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect(words.filter((word) => word.includes("*"))).toEqual([]);
  },
);

test.each([
  ["the whole cluster", clusterRole],
  ["one namespace", namespaceRole],
] as const)("in %s the operator can neither list nor watch Secrets", (_mode, role) => {
  expect(verbsOf(role, "", "secrets").sort()).toEqual(["create", "delete", "get", "patch"]);
});

const UNFOLLOWED = ["Secret", "PersistentVolumeClaim", "Node"];

test.each(Object.values(KINDS).filter(({ kind }) => !UNFOLLOWED.includes(kind)))(
  "the operator may follow $kind in either mode",
  ({ apiVersion, plural }) => {
    const apiGroup = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
    for (const role of [clusterRole, namespaceRole])
      expect(verbsOf(role, apiGroup, plural)).toEqual(expect.arrayContaining(["list", "watch"]));
  },
);

test("the operator of the whole cluster may look at a Node and no more, the one of a namespace not even that", () => {
  expect([verbsOf(clusterRole, "", "nodes"), verbsOf(namespaceRole, "", "nodes")]).toEqual([["get"], []]);
});

test("for one namespace nothing is left that belongs to the whole cluster", () => {
  const clusterScoped = inNamespace.filter(({ kind }) => /^Cluster|^Namespace$|^CustomResourceDefinition$/.test(kind));
  expect(clusterScoped).toEqual([]);
  const [watch] = find(inNamespace, "Deployment", "trino-operator").spec.template.spec.containers[0].env;
  expect(watch).toEqual({ name: "WATCH_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } });
});

test.each([
  { role: "trinocluster-admin", to: "admin" },
  { role: "trinocluster-editor", to: "edit" },
  { role: "trinocluster-viewer", to: "view" },
])("$role is a part of the role $to that tenants have", ({ role, to }) => {
  const { metadata } = find(inCluster, "ClusterRole", role);
  expect(metadata.labels).toMatchObject({ [`rbac.authorization.k8s.io/aggregate-to-${to}`]: "true" });
});

test("a viewer changes nothing", () => {
  const verbs = (find(inCluster, "ClusterRole", "trinocluster-viewer").rules ?? []).flatMap((rule) => rule.verbs);
  expect([...new Set(verbs)].sort()).toEqual(["get", "list", "watch"]);
});
