import { describe, expect, it } from "vitest";
import { ApiError } from "../../runtime/api-error.ts";
import { PAUSED_ANNOTATION } from "../../trino/labels.ts";
import { confirmation, Outdated } from "./confirm.ts";
import type { LiveTrinoCluster } from "./context.ts";

const METADATA = { namespace: "shop", name: "orders", uid: "7a1c", generation: 3, resourceVersion: "7" };

function clusterWith(metadata: Partial<LiveTrinoCluster["metadata"]>): LiveTrinoCluster {
  return { metadata: { ...METADATA, ...metadata } } as unknown as LiveTrinoCluster;
}

/** A plan for generation 3, and what a live look finds. */
function confirming(live: LiveTrinoCluster | number) {
  const reads: string[] = [];
  const get = async () => {
    reads.push("get");
    if (typeof live === "number") throw new ApiError({}, { method: "GET", path: "/", code: live });
    return live;
  };
  return { confirm: confirmation(clusterWith({}), { client: { get } as never }), reads };
}

describe("the live look before something that disrupts", () => {
  it("lets pass what concerns no spec, and is taken once for all steps of a plan", async () => {
    const { confirm, reads } = confirming(clusterWith({ resourceVersion: "9" }));
    await Promise.all([confirm(), confirm()]);
    await confirm();
    expect(reads).toHaveLength(1);
  });

  it.each([
    { name: "of another spec", live: clusterWith({ generation: 4 }) },
    { name: "of a cluster that was made anew under the same name", live: clusterWith({ uid: "9f" }) },
    { name: "of a cluster that is paused by now", live: clusterWith({ annotations: { [PAUSED_ANNOTATION]: "true" } }) },
    { name: "of no cluster at all", live: 404 },
  ])("refuses a plan because $name", async ({ live }) => {
    await expect(confirming(live).confirm()).rejects.toBeInstanceOf(Outdated);
  });

  it("fails when it is refused", async () => {
    await expect(confirming(500).confirm()).rejects.toBeInstanceOf(ApiError);
  });
});
