/** Tests that count what was asked of the API server: only the local cluster's audit log can be read from here. */
import { it } from "vitest";
import { isLocalCluster, kubeconfig } from "./target.ts";

/** For a file whose tests stand in a `describe.skipIf(!isLocalCluster())`: where they are skipped, one more says why. */
export function sayWhereNoAuditLogIs(): void {
  it.runIf(!isLocalCluster())("needs the API server's audit log", ({ skip }) =>
    skip(`the audit log of the API server of ${kubeconfig()} cannot be read from here`),
  );
}
