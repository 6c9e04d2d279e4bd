/** Another kubeconfig for the cluster that is worked on: of another name, or of another user. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kubectl } from "./kubectl.ts";

interface Named {
  readonly name: string;
}

/** The part of a kubeconfig that copies change. https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
interface Kubeconfig {
  readonly "current-context": string;
  readonly clusters: readonly Named[];
  readonly users: readonly (Named & { readonly user: object })[];
  readonly contexts: readonly (Named & { readonly context: { readonly cluster: string; readonly user: string } })[];
}

/** A file, and how to remove it. */
export interface KubeconfigCopy {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/** Copies the current context alone: under the name `context` with all that it refers to, and acting as `user` where one is given. */
export async function copyKubeconfig({ context, user }: { readonly context: string; readonly user?: string }): Promise<KubeconfigCopy> {
  const text = await kubectl(["config", "view", "--raw", "--minify", "--flatten", "--output=json"]);
  const original = JSON.parse(text) as Kubeconfig;
  const renamed: Kubeconfig = {
    ...original,
    "current-context": context,
    clusters: original.clusters.map((cluster) => ({ ...cluster, name: context })),
    users: original.users.map((entry) => ({ name: context, user: { ...entry.user, ...(user !== undefined && { as: user }) } })),
    contexts: original.contexts.map((entry) => ({ name: context, context: { ...entry.context, cluster: context, user: context } })),
  };
  const folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  const path = join(folder, "config");
  await writeFile(path, JSON.stringify(renamed), { mode: 0o600 });
  return { path, remove: () => rm(folder, { recursive: true }) };
}
