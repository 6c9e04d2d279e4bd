/** Makes the operator reconcile a cluster that needs nothing. */
import { kubectl } from "./kubectl.ts";
import { reconcileCount } from "./operator.ts";
import type { ClusterName } from "./trino-cluster.ts";
import { waitFor } from "./wait-for.ts";

let touches = 0;

/** Touches an annotation `times` times, each time waiting for the operator's counter to rise, and returns by how much it rose. */
export async function forceResync({ namespace, name }: ClusterName, times: number, annotation: string): Promise<number> {
  const first = await reconcileCount();
  let count = first;
  for (let time = 0; time < times; time++) {
    const before = count;
    await kubectl([
      "annotate",
      "trinocluster",
      name,
      `--namespace=${namespace}`,
      "--overwrite",
      `${annotation}=${Date.now()}-${touches++}`,
    ]);
    count = await waitFor("one more reconcile", () => countAbove(before), { intervalMs: 50, timeoutMs: 60_000 });
  }
  return count - first;
}

async function countAbove(before: number): Promise<number> {
  const count = await reconcileCount();
  if (count <= before) throw new Error(`the counter stands at ${count}`);
  return count;
}
