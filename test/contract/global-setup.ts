/** Before the contract tests: where KUBERNETES names a version, its API server, to which they then talk instead of that of KUBECONFIG. */
import { startControlPlane } from "../control-plane/control-plane.ts";

/** Called by vitest once, before the files; what it returns is called after them. */
export async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (!process.env["KUBERNETES"]) return undefined;
  const plane = await startControlPlane({ controllers: true });
  process.env["KUBECONFIG"] = plane.kubeconfig;
  return plane.stop;
}
