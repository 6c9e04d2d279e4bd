/** `cluster-down`: stops the cluster and removes all of it but the caches: programs, images and the last logs. */
import { removeCgroups } from "./cgroups.ts";
import { kubelet } from "./components/kubelet.ts";
import { COMPONENTS } from "./components.ts";
import { removeLeftovers } from "./leftovers.ts";
import { statePath } from "./paths.ts";
import { requireCapableMachine } from "./preflight.ts";
import { stopProcess } from "./processes.ts";
import { step } from "./progress.ts";

/** Stops everything by pid: the kubelet, so that it does not restart pods, then the pods, then the rest from last to first. */
export async function down(): Promise<void> {
  await requireCapableMachine();
  await step("stopping the kubelet", () => stopProcess(kubelet.name));
  await step("stopping the pods", removeCgroups);
  for (const { name } of COMPONENTS.toReversed()) await step(`stopping ${name}`, () => stopProcess(name));
  await step("removing mounts, network, control groups and state", removeLeftovers);
  process.stdout.write(`The cluster is gone; its logs are in ${statePath("logs")}.\n`);
}
