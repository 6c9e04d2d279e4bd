/** A control plane with a hollow node and the operator as a process of its own: clusters reach their end states without a real pod. */
import { KINDS } from "../../src/controllers/kinds.ts";
import type { KubernetesObject, ResourceType } from "../../src/runtime/object.ts";
import { World } from "../faults/world.ts";
import { makeWorld } from "./admission.ts";

const PRIORITY_CLASS: ResourceType = {
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  namespaced: false,
};
const ACCOUNTS = ["workload-identity", "other"];
const CLASSES = ["high", "low"];

/** Everything that the sequences share. */
export interface LiveWorld {
  readonly client: World["client"];
  /** A namespace with what the specs of the walk refer to. */
  readonly makeNamespace: (name: string) => Promise<void>;
  /** What the operator has logged as an error, and ends of it that nobody asked for. */
  readonly complaints: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts one: some seconds. */
export async function startLiveWorld(): Promise<LiveWorld> {
  const world = await World.start();
  const { client } = world;
  for (const name of CLASSES) await client.create(PRIORITY_CLASS, priorityClass(name));
  const { proxy, operator, close } = await world.everywhere();
  operator.start();
  // Nobody asks what went by; a night of it would not fit into memory.
  const forget = setInterval(() => proxy.log.splice(0), 10_000);
  return {
    client,
    makeNamespace: async (namespace) => {
      await makeWorld(client, namespace);
      for (const name of ACCOUNTS) {
        await client.create(KINDS.ServiceAccount, { apiVersion: "v1", kind: "ServiceAccount", metadata: { namespace, name } });
      }
    },
    complaints: () => [
      ...operator.unplanned,
      ...operator.lines.filter((line) => !line.startsWith("{") || /"level":"(error|fatal)"/.test(line)),
    ],
    stop: async () => {
      clearInterval(forget);
      await close();
      await world.stop();
    },
  };
}

function priorityClass(name: string): KubernetesObject {
  return { apiVersion: PRIORITY_CLASS.apiVersion, kind: PRIORITY_CLASS.kind, metadata: { name }, value: 10 } as KubernetesObject;
}
