/** Where the running cluster keeps its files: one directory, beside the cache, that `cluster-down` empties. */
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheRoot } from "./cache.ts";

/**
 * Unix sockets have at most 107 characters in their path, and the longest one below the state directory is the
 * kubelet's `/kubelet/device-plugins/kubelet.sock`.
 */
export const LONGEST_STATE_PATH = 65;

/** The real path of the cluster's directory: mounts are listed by their real path, so symbolic links are resolved. */
export function stateDirectory(): string {
  return join(realPath(cacheRoot()), "cluster");
}

/** Also of a path that is not there yet, so that it is the same before and after it is made. */
function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPath(dirname(path)), basename(path));
}

/** A path below the cluster's directory. */
export function statePath(...parts: readonly string[]): string {
  return join(stateDirectory(), ...parts);
}

/** The administrator's kubeconfig. */
export const kubeconfigPath = (): string => statePath("kubeconfig");

/** The directory of `kubectl`, `helm` and links to the components' programs. */
export const binPath = (): string => statePath("bin");

/** The log of a component. */
export const logPath = (component: string): string => statePath("logs", `${component}.log`);

/** The audit log of the API server: one JSON object for each request, in the order in which they ended. */
export const auditLogPath = (): string => statePath("audit.log");

/** The directory of keys and certificates. */
export const pkiPath = (file: string): string => statePath("pki", file);

/** containerd's socket. */
export const containerdSocket = (): string => statePath("containerd", "run", "containerd.sock");

/** Where containerd keeps images. They stay when the cluster goes, so that the next one need not import them. */
export const containerdRoot = (): string => statePath("containerd", "root");
