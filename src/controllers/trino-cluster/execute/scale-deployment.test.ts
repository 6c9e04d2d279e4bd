import { expect, it } from "vitest";
import { ApiError } from "../../../runtime/api-error.ts";
import { scaleDeployment } from "./scale-deployment.ts";

/** What is patched of a Deployment with 2 replicas, where the API server answers with this code. */
async function patched(replicas: number, code = 200): Promise<readonly object[]> {
  const patches: object[] = [];
  const patch = async (_type: object, _name: object, change: object) => {
    if (code >= 300) throw new ApiError({}, { method: "PATCH", path: "/", code });
    patches.push(change);
  };
  const seen = { metadata: { namespace: "shop", name: "orders-worker", uid: "u1" }, spec: { replicas: 2 } };
  await scaleDeployment(seen as never, replicas, { patch });
  return patches;
}

it("scales the Deployment that was seen, and nothing that has its name", async () => {
  expect(await patched(0)).toEqual([{ metadata: { uid: "u1" }, spec: { replicas: 0 } }]);
});

it("writes nothing where the replicas are as wanted", async () => {
  expect(await patched(2)).toEqual([]);
});

it.each([404, 409, 422])("lets pass that it is gone, or a namesake (%i)", async (code) => {
  expect(await patched(0, code)).toEqual([]);
});

it("fails where it is refused", async () => {
  await expect(patched(0, 403)).rejects.toBeInstanceOf(ApiError);
});
