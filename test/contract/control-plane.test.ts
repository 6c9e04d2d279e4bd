import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import { startControlPlane } from "../control-plane/control-plane.ts";
import { CONFIG_MAP } from "./api-server.ts";

it("keeps a control plane of a test's own over a restart of its API server, and knows its users", async () => {
  const plane = await startControlPlane({ users: { somebody: [] }, controllers: true });
  onTestFinished(plane.stop);
  const clientOf = async (kubeconfig: string) => {
    const client = createClient(await loadConnection({ KUBECONFIG: kubeconfig }, systemClock));
    onTestFinished(() => client.close());
    return client;
  };
  const client = await clientOf(plane.kubeconfig);
  await client.create(CONFIG_MAP, { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default", name: "kept" } });
  await plane.restartApiServer();
  expect((await client.get(CONFIG_MAP, { namespace: "default", name: "kept" })).metadata.name).toBe("kept");
  const stranger = await clientOf(await plane.kubeconfigFor("somebody"));
  await expect(stranger.get(CONFIG_MAP, { namespace: "default", name: "kept" })).rejects.toThrow(/somebody/u);
});
