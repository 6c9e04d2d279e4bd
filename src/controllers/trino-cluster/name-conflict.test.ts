import { expect, it } from "vitest";
import type { KubernetesObject } from "../../runtime/object.ts";
import { CLUSTER_LABEL, CLUSTER_UID_LABEL } from "../../trino/labels.ts";
import { goesWith, notOurs } from "./name-conflict.ts";

const LABELS = { [CLUSTER_LABEL]: "orders", [CLUSTER_UID_LABEL]: "before" };
const OWNED = { labels: LABELS, ownerReferences: [{ apiVersion: "", kind: "TrinoCluster", name: "orders", uid: "before" }] };

it.each<{ name: string; metadata: Partial<KubernetesObject["metadata"]>; error: string }>([
  { name: "waits for what goes with a deleted cluster of the same name", metadata: OWNED, error: "PredecessorLeft" },
  {
    name: "tells a conflict with another cluster",
    metadata: { ...OWNED, labels: { ...LABELS, [CLUSTER_LABEL]: "orders-metastore" } },
    error: "NameConflict",
  },
  { name: "tells a conflict with what was made an orphan, since that stays", metadata: { labels: LABELS }, error: "NameConflict" },
  { name: "tells a conflict with what a person has made", metadata: {}, error: "NameConflict" },
])("$name", ({ metadata, error }) => {
  const object: KubernetesObject = { apiVersion: "v1", kind: "Service", metadata: { name: "orders", namespace: "shop", ...metadata } };
  expect(notOurs("Service orders", goesWith(object), "orders").name).toBe(error);
});
