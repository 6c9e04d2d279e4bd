/**
 * Kills the operator's process with SIGKILL, in its container and without a word to Kubernetes, as the kernel does when memory is short.
 *
 * `kubectl delete pod --grace-period=0 --force` is not the same: the pod that replaces it has another name, and so another identity in
 * the lease, and the old process may go on for a moment beside the new one. Containers of the local cluster are processes of this machine.
 */
import { readdir, readFile } from "node:fs/promises";
import { kubectl } from "../harness/kubectl.ts";
import { OPERATOR_NAMESPACE, operatorDeployment, operatorPod } from "../harness/operator.ts";
import { waitFor } from "../harness/wait-for.ts";

/** Kills it now, and returns when its process is gone. */
export async function killOperator(): Promise<void> {
  const pid = await operatorProcess();
  process.kill(pid, "SIGKILL");
  await waitFor(`process ${pid} to be gone`, async () => {
    if ((await controlGroupsOf(pid)) !== "") throw new Error("it is there");
  });
}

/** A new pod, so that Kubernetes does not wait longer from kill to kill before it starts the container again; returns when it leads. */
export async function freshOperator(): Promise<void> {
  const { metadata } = await operatorPod();
  await kubectl(["delete", "pod", metadata.name, `--namespace=${OPERATOR_NAMESPACE}`, "--timeout=120s"]);
  await awaitOperator();
}

/** Waits until the operator is ready. */
export async function awaitOperator(): Promise<void> {
  await kubectl(["rollout", "status", `deployment/${await operatorDeployment()}`, `--namespace=${OPERATOR_NAMESPACE}`, "--timeout=300s"], {
    timeoutMs: 310_000,
  });
  await waitFor("the operator's one pod", operatorPod);
}

/** Its pid on this machine: the first process in the container's control group. */
async function operatorProcess(): Promise<number> {
  const pod = await operatorPod();
  const template = "--output=jsonpath={.status.containerStatuses[0].containerID}";
  const id = await kubectl(["get", "pod", pod.metadata.name, `--namespace=${OPERATOR_NAMESPACE}`, template]);
  const container = id.slice(id.lastIndexOf("/") + 1);
  if (container === "") throw new Error("the operator's container has no id");
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 1);
  const groups = await Promise.all(pids.map(async (pid) => ({ pid, groups: await controlGroupsOf(pid) })));
  const [first] = groups
    .filter((process) => process.groups.includes(container))
    .map(({ pid }) => pid)
    .sort((a, b) => a - b);
  if (first === undefined) throw new Error(`no process of this machine is in the container ${container}`);
  return first;
}

/** Empty when there is no such process any more. */
function controlGroupsOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "");
}
