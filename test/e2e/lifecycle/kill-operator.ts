/**
 * Kills the operator's process with SIGKILL, in its container and without a word to Kubernetes, as the kernel does when memory is short.
 *
 * `kubectl delete pod --grace-period=0 --force` is not the same: the pod that replaces it has another name, and so another identity in
 * the lease, and the old process may go on for a moment beside the new one.
 */
import { kubectl } from "../harness/kubectl.ts";
import { OPERATOR_NAMESPACE, operatorDeployment, operatorPod } from "../harness/operator.ts";
import { processGone, processOf } from "../harness/pod-process.ts";
import { waitFor } from "../harness/wait-for.ts";

/** Kills it now, and returns when its process is gone. */
export async function killOperator(): Promise<void> {
  const { metadata } = await operatorPod();
  const pid = await processOf(OPERATOR_NAMESPACE, metadata.name);
  process.kill(pid, "SIGKILL");
  await processGone(pid);
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
