/** What the operator may do, and what tenants may do, as tables. No wildcards; no list or watch of Secrets in the whole cluster. */
import { GROUP, PLURAL } from "../../src/api/v1alpha1/group.ts";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const read = ["get", "list", "watch"];
const write = ["create", "patch", "delete"];

function rule(apiGroup: string, resources: readonly string[], verbs: readonly string[]): Rule {
  return { apiGroups: [apiGroup], resources, verbs };
}

/** What the operator needs wherever it looks after clusters. Secrets are fetched one by one: who may list them may read every password. `create` goes with `patch`: server-side apply needs both. */
const everywhere: readonly Rule[] = [
  rule(GROUP, [PLURAL], [...read, "patch"]),
  rule(GROUP, [`${PLURAL}/status`], ["patch"]),
  rule(GROUP, [`${PLURAL}/finalizers`], ["update"]),
  rule("", ["configmaps", "services"], [...read, ...write]),
  rule("", ["serviceaccounts"], [...read, "create", "patch"]),
  rule("", ["pods"], ["list", "watch", ...write]),
  rule("", ["persistentvolumeclaims"], ["delete"]),
  rule("apps", ["deployments", "statefulsets", "controllerrevisions"], [...read, ...write]),
  rule("", ["secrets"], ["get", ...write]),
  rule("batch", ["jobs"], [...read, ...write]),
  rule("policy", ["poddisruptionbudgets"], [...read, ...write]),
  rule("events.k8s.io", ["events"], ["create", "patch"]),
];

/** A lost node is looked at before a pod on it is removed without its kubelet. Nodes belong to the whole Kubernetes cluster. */
const inWholeCluster: readonly Rule[] = [rule("", ["nodes"], ["get"])];

const leaderElection: readonly Rule[] = [rule("coordination.k8s.io", ["leases"], ["get", "create", "patch"])];

const labels = { "app.kubernetes.io/name": "trino-operator" };

function role(kind: "ClusterRole" | "Role", name: string, rules: readonly Rule[], extraLabels: Record<string, string> = {}): object {
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: { name, labels: { ...labels, ...extraLabels } }, rules };
}

function tenant(name: "admin" | "editor" | "viewer", verbs: readonly string[], aggregates: readonly string[]): object {
  const aggregation = Object.fromEntries(aggregates.map((to) => [`rbac.authorization.k8s.io/aggregate-to-${to}`, "true"]));
  const scale = verbs.includes("patch")
    ? [rule(GROUP, [`${PLURAL}/scale`], ["get", "patch", "update"])]
    : [rule(GROUP, [`${PLURAL}/scale`], ["get"])];
  return role(
    "ClusterRole",
    `trinocluster-${name}`,
    [rule(GROUP, [PLURAL], verbs), rule(GROUP, [`${PLURAL}/status`], ["get"]), ...scale],
    aggregation,
  );
}

const edit = [...read, "create", "patch", "update", "delete"];

/** Every generated manifest below config/rbac, by path. */
export const rbac: Readonly<Record<string, object>> = {
  "role.yaml": role("ClusterRole", "trino-operator", [...everywhere, ...inWholeCluster]),
  "namespaced/role.yaml": role("Role", "trino-operator", everywhere),
  "leader_election_role.yaml": role("Role", "trino-operator-leader-election", leaderElection),
  "trinocluster_admin_role.yaml": tenant("admin", [...edit, "deletecollection"], ["admin"]),
  "trinocluster_editor_role.yaml": tenant("editor", edit, ["edit"]),
  "trinocluster_viewer_role.yaml": tenant("viewer", read, ["view"]),
};
