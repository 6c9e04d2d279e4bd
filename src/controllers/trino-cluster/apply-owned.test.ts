import { expect, it } from "vitest";
import { ApiError } from "../../runtime/api-error.ts";
import { CLUSTER_UID_LABEL, MANAGED_BY, MANAGED_BY_LABEL } from "../../trino/labels.ts";
import { type ApplyOwnedOptions, applyOwned } from "./apply-owned.ts";
import { Outdated } from "./confirm.ts";
import { NameConflict } from "./name-conflict.ts";

const OURS = { [CLUSTER_UID_LABEL]: "u1", [MANAGED_BY_LABEL]: MANAGED_BY };

interface World {
  readonly kind: string;
  /** Labels of the object that is there and that no cache knows of; none where there is no such object. */
  readonly there: Readonly<Record<string, string>> | undefined;
}

/** What is written for an object with one replica. */
async function written({ kind, there }: World): Promise<readonly string[]> {
  const writes: string[] = [];
  const metadata = { namespace: "shop", name: "orders", labels: OURS };
  const options = {
    client: { get: async () => ({ metadata: { ...metadata, labels: there } }) },
    applier: {
      create: async () => {
        if (there) throw new ApiError({ reason: "Conflict" }, { method: "PATCH", path: "/", code: 409 });
        writes.push("made");
      },
      apply: async () => writes.push("changed"),
    },
    stores: { ofKind: () => undefined },
  };
  await applyOwned(options as unknown as ApplyOwnedOptions)({ apiVersion: "apps/v1", kind, metadata, spec: { replicas: 1 } } as never);
  return writes;
}

it.each(["Deployment", "StatefulSet", "Service"])("makes a %s where there is none of its name", async (kind) => {
  expect(await written({ kind, there: undefined })).toEqual(["made"]);
});

it.each(["Deployment", "StatefulSet"])(
  "leaves a %s of ours that the cache will know as it is: the plan counted on none of its pods",
  async (kind) => {
    await expect(written({ kind, there: OURS })).rejects.toBeInstanceOf(Outdated);
  },
);

it("puts right what runs no pods, though the cache does not know it yet", async () => {
  expect(await written({ kind: "Service", there: OURS })).toEqual(["changed"]);
});

it("puts the label back for which the caches ask", async () => {
  expect(await written({ kind: "Deployment", there: { [CLUSTER_UID_LABEL]: "u1" } })).toEqual(["changed"]);
});

it("touches nothing of another cluster", async () => {
  await expect(written({ kind: "Deployment", there: { ...OURS, [CLUSTER_UID_LABEL]: "u2" } })).rejects.toBeInstanceOf(NameConflict);
});
