/** The operator as a process on this machine, against a control plane of a test's own, with the rights that `make deploy` gives it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { ControlPlane } from "./control-plane.ts";
import { type OwnedProcess, startOwned } from "./processes.ts";

const repository = join(import.meta.dirname, "../..");

/** The namespace of its lease. */
export const OPERATOR_NAMESPACE = "trino-operator-system";

/** The ServiceAccount that config/rbac binds; a process that acts in its name has just its rights. */
export const OPERATOR_USER = `system:serviceaccount:${OPERATOR_NAMESPACE}:trino-operator`;

/** Runs kubectl as the administrator and returns what it printed; throws with what it said when it fails. */
export function kubectlOn(plane: Pick<ControlPlane, "kubeconfig">, args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(join(repository, "hack/kubectl.sh"), args, {
    cwd: repository,
    env: { ...process.env, KUBECONFIG: plane.kubeconfig },
    encoding: "utf8",
    input,
  });
  if (status !== 0) throw new Error(`kubectl ${args.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** The definition, the namespace of the operator and its roles; returns when TrinoClusters are served. */
export function installOperator(plane: ControlPlane): void {
  kubectlOn(plane, ["apply", "--server-side", "-k", "config/crd"]);
  kubectlOn(plane, ["apply", "--server-side", "-f", "config/manager/namespace.yaml"]);
  kubectlOn(plane, ["apply", "--server-side", "--namespace", OPERATOR_NAMESPACE, "-k", "config/rbac"]);
  kubectlOn(plane, ["wait", "--for=condition=Established", "crd/trinoclusters.trino.trino-operator.io", "--timeout=60s"]);
}

/** Starts `src/main.ts run` with leader election on and probes on ports that nobody asks. */
export function startOperator(kubeconfig: string, log: string, args: readonly string[] = []): OwnedProcess {
  const anyPort = ["--health-probe-bind-address=127.0.0.1:0", "--metrics-bind-address=127.0.0.1:0"];
  return startOwned([process.execPath, join(repository, "src/main.ts"), "run", "--leader-elect", ...anyPort, ...args], log, {
    KUBECONFIG: kubeconfig,
  });
}
