/** PodSecurity *restricted* for everything that we run. Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
import type { IPodSecurityContext } from "kubernetes-models/v1/PodSecurityContext";
import type { ISecurityContext } from "kubernetes-models/v1/SecurityContext";

/** The user and group of the official Trino and Hive images. */
export const TRINO_USER = 1000;

/** A pod that runs as `user`, with volumes that this user can write. */
export function restrictedPod(user: number): IPodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    // Ownership is right from the second start on: do not walk through a large volume again.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** A container without any privilege, on a read-only root file system. */
export function restrictedContainer(): ISecurityContext {
  return { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
}
