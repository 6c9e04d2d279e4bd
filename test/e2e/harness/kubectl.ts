/** The real kubectl, as a person would call it. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { kubeconfig } from "./target.ts";

const KUBECTL = join(import.meta.dirname, "..", "..", "..", "hack", "kubectl.sh");
const TIMEOUT_MS = 120_000;
const LARGEST_OUTPUT = 256 * 1024 * 1024;

/** What every object has that an API server returned. */
export interface Live {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly creationTimestamp: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
}

/** How kubectl is called. */
export interface KubectlOptions {
  /** What it reads from its standard input: text, or an object that becomes JSON. */
  readonly input?: string | object;
  readonly timeoutMs?: number;
}

/** Thrown when kubectl fails; `stderr` is what it said. */
export class KubectlError extends Error {
  readonly stderr: string;

  constructor(args: readonly string[], stderr: string) {
    super(`kubectl ${args.join(" ")}: ${stderr.trim()}`);
    this.name = "KubectlError";
    this.stderr = stderr;
  }
}

/** Runs kubectl and returns its standard output. */
export function kubectl(args: readonly string[], { input, timeoutMs = TIMEOUT_MS }: KubectlOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: environment(), timeout: timeoutMs, maxBuffer: LARGEST_OUTPUT };
    const child = execFile(KUBECTL, args, options, (error, stdout, stderr) => {
      if (error) reject(new KubectlError(args, stderr || error.message));
      else resolve(stdout);
    });
    child.stdin?.end(typeof input === "object" ? JSON.stringify(input) : input);
  });
}

/** Starts a kubectl that goes on until it is killed, for example a watch or a port-forward. */
export function startKubectl(args: readonly string[]): ChildProcess {
  return spawn(KUBECTL, args, { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
}

/** Gets one object. */
export async function get<T extends Live = Live>(kind: string, name: string, namespace?: string): Promise<T> {
  return JSON.parse(await kubectl(["get", kind, name, ...inNamespace(namespace), "--output=json"])) as T;
}

/** Gets one object, or undefined when there is none. */
export async function find<T extends Live = Live>(kind: string, name: string, namespace?: string): Promise<T | undefined> {
  const text = await kubectl(["get", kind, name, ...inNamespace(namespace), "--output=json", "--ignore-not-found"]);
  return text.trim() === "" ? undefined : (JSON.parse(text) as T);
}

/** Lists objects of one kind or of several (`pods,services`), in the order of the API server. */
export async function list<T extends Live = Live>(kinds: string, namespace?: string, selector?: string): Promise<readonly T[]> {
  const where = namespace === undefined ? ["--all-namespaces"] : inNamespace(namespace);
  const which = selector === undefined ? [] : [`--selector=${selector}`];
  return (JSON.parse(await kubectl(["get", kinds, ...where, ...which, "--output=json"])) as { items: readonly T[] }).items;
}

/** Applies a manifest, as a person would. */
export async function apply(manifest: string | object, namespace?: string): Promise<void> {
  await kubectl(["apply", ...inNamespace(namespace), "--filename=-"], { input: manifest });
}

/** Merges `change` into an object, as `kubectl patch --type=merge` does. */
export async function patch(
  object: { readonly kind: string; readonly name: string; readonly namespace: string },
  change: object,
): Promise<void> {
  await kubectl(["patch", object.kind, object.name, ...inNamespace(object.namespace), "--type=merge", `--patch=${JSON.stringify(change)}`]);
}

/** What kubectl says when the API server refuses a manifest; throws when it is accepted. Nothing is stored either way. */
export async function refusalOf(manifest: string | object, namespace: string): Promise<string> {
  const args = ["apply", ...inNamespace(namespace), "--dry-run=server", "--filename=-"];
  const outcome = await kubectl(args, { input: manifest }).catch((error: unknown) => error);
  if (outcome instanceof KubectlError) return outcome.stderr;
  throw new Error(`the API server accepted what it should refuse: ${JSON.stringify(manifest)}`, { cause: outcome });
}

function inNamespace(namespace: string | undefined): readonly string[] {
  return namespace === undefined ? [] : [`--namespace=${namespace}`];
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, KUBECONFIG: kubeconfig() };
}
