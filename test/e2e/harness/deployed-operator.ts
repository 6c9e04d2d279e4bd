/** The operator as it is deployed: its image, and stopping it for tests of another operator, as two would undo each other's work. */
import { afterAll, beforeAll } from "vitest";
import { get, kubectl, type Live, list } from "./kubectl.ts";
import { OPERATOR_NAMESPACE, operatorDeployment } from "./operator.ts";
import { waitFor } from "./wait-for.ts";

/** Stops the deployed operator while the tests of this `describe` run. */
export function useStoppedOperator(): void {
  beforeAll(stopOperator);
  afterAll(startOperator);
}

/** Scales the deployed operator to nothing and waits until its pod is gone. */
export async function stopOperator(): Promise<void> {
  await scaleTo(0);
  await waitFor("the deployed operator to be gone", async () => {
    const pods = await list("pods", OPERATOR_NAMESPACE);
    if (pods.length > 0) throw new Error(`there is still ${pods.map(({ metadata }) => metadata.name).join(", ")}`);
  });
}

/** Scales it back, and waits until it is ready. */
export async function startOperator(): Promise<void> {
  await scaleTo(1);
  const deployment = `deployment/${await operatorDeployment()}`;
  await kubectl(["rollout", "status", deployment, `--namespace=${OPERATOR_NAMESPACE}`, "--timeout=120s"], { timeoutMs: 130_000 });
}

async function scaleTo(replicas: number): Promise<void> {
  await kubectl(["scale", `deployment/${await operatorDeployment()}`, `--namespace=${OPERATOR_NAMESPACE}`, `--replicas=${replicas}`]);
}

interface Deployment extends Live {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } } };
}

/** The image that the operator of a namespace is deployed from, by default of that of `make deploy`. */
export async function operatorImage(namespace = OPERATOR_NAMESPACE): Promise<string> {
  const { spec } = await get<Deployment>("deployment", "trino-operator", namespace);
  const image = spec.template.spec.containers[0]?.image;
  if (image === undefined) throw new Error(`the Deployment in ${namespace} has no container`);
  return image;
}
