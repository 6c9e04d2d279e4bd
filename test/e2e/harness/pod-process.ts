/** The process of a pod's container. Containers of the local cluster are processes of this machine. */
import { readdir, readFile } from "node:fs/promises";
import { kubectl } from "./kubectl.ts";
import { waitFor } from "./wait-for.ts";

/** Its pid on this machine: the first process in the control group of the pod's first container. */
export async function processOf(namespace: string, pod: string): Promise<number> {
  const template = "--output=jsonpath={.status.containerStatuses[0].containerID}";
  const id = await kubectl(["get", "pod", pod, `--namespace=${namespace}`, template]);
  const container = id.slice(id.lastIndexOf("/") + 1);
  if (container === "") throw new Error(`the container of ${pod} has no id`);
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 1);
  const groups = await Promise.all(pids.map(async (pid) => ({ pid, groups: await controlGroupsOf(pid) })));
  const [first] = groups
    .filter((process) => process.groups.includes(container))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
  if (first === undefined) throw new Error(`no process of this machine is in the container ${container}`);
  return first;
}

/** Returns when there is no such process any more. */
export async function processGone(pid: number): Promise<void> {
  await waitFor(`process ${pid} to be gone`, async () => {
    if ((await controlGroupsOf(pid)) !== "") throw new Error("it is there");
  });
}

/** Empty when there is no such process. */
function controlGroupsOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
}
