/** What `make deploy` would apply, and other manifests of config/. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { loadAll } from "js-yaml";

const repository = join(import.meta.dirname, "../..");

/** A manifest, as far as tests read it. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly rules?: readonly PolicyRule[];
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the kind that it reads
  readonly spec?: any;
}

/** One rule of a role. */
export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** The manifests of a kustomization below config/. */
export function kustomize(folder: string): Manifest[] {
  return parse(run("hack/kubectl.sh", "kustomize", `config/${folder}`));
}

/** The manifests that `make deploy IMG=image` applies. */
export function deployment(image: string): Manifest[] {
  return parse(run("hack/deploy.sh", "render", image));
}

function run(script: string, ...args: string[]): string {
  return execFileSync(join(repository, script), args, { cwd: repository, encoding: "utf8" });
}

function parse(text: string): Manifest[] {
  return loadAll(text) as unknown as Manifest[];
}

/** The manifest of a kind and name; throws when there is none. */
export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}
