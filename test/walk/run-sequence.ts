/**
 * Runs one sequence and says what broke its promises. Path independence: the cluster ends equal to one that is made anew from its
 * last spec. Recovery: after a spec that is refused, the last good one brings back the same state, and no pod went meanwhile.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { TrinoClusterSpec } from "../../src/api/v1alpha1/types.ts";
import { KINDS } from "../../src/controllers/kinds.ts";
import { ApiError, isNotFound } from "../../src/runtime/api-error.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import { objectPath } from "../../src/runtime/paths.ts";
import { CLUSTER_NAME, objectOf } from "./admission.ts";
import type { LiveWorld } from "./live-world.ts";
import { type Rest, restOf } from "./rest.ts";
import { editOf, type Pick, type Sequence, STARTS } from "./sequences.ts";
import { differencesOf, type Snapshot, snapshotOf } from "./state.ts";

/** What became of a sequence. */
export interface SequenceResult {
  readonly edits: readonly string[];
  readonly refused: number;
  /** Refusals of Kubernetes' that name no field of the spec. */
  readonly wordless: readonly string[];
  /** What broke a promise, in words; empty when all held. */
  readonly broken: readonly string[];
}

const PATIENCE_MS = 240_000;
/** How long what is left over may take to go, and the status to tell: a cluster at rest is looked at once a minute. */
const SETTLE_MS = 90_000;

/** Runs it in namespaces of its own. */
export async function runSequence(world: LiveWorld, sequence: Sequence, name: string): Promise<SequenceResult> {
  const run = new Run(world, `${name}-walked`);
  try {
    await run.start(STARTS[sequence.start] as TrinoClusterSpec);
    for (const pick of sequence.picks) await run.step(pick);
    await run.settle();
    if (run.broken.length === 0) await run.compareWithFresh(`${name}-fresh`);
    await Promise.all([`${name}-walked`, `${name}-fresh`].map((namespace) => remove(world, namespace)));
  } catch (error) {
    run.broken.push(String(error));
  }
  return { edits: [`start ${sequence.start}`, ...run.edits], refused: run.refused, wordless: run.wordless, broken: run.broken };
}

class Run {
  readonly edits: string[] = [];
  readonly broken: string[] = [];
  readonly wordless: string[] = [];
  refused = 0;
  readonly #world: LiveWorld;
  readonly #namespace: string;
  /** The last spec with which the cluster came to rest, and its state then. */
  #good: { readonly spec: TrinoClusterSpec; readonly snapshot: Snapshot } | undefined;
  #spec: TrinoClusterSpec = { version: 0 };

  constructor(world: LiveWorld, namespace: string) {
    this.#world = world;
    this.#namespace = namespace;
  }

  async start(spec: TrinoClusterSpec): Promise<void> {
    await this.#world.makeNamespace(this.#namespace);
    this.#spec = await create(this.#world, this.#namespace, spec);
    await this.settle();
  }

  async step(pick: Pick): Promise<void> {
    if (this.broken.length > 0) return;
    const { name, spec } = editOf(this.#spec, pick);
    const answer = await edit(this.#world, this.#namespace, spec);
    if (answer instanceof ApiError) return void this.edits.push(`${name} (refused at admission)`);
    this.edits.push(pick.patient ? name : `${name} (at once)`);
    this.#spec = answer;
    if (pick.patient) await this.settle();
    else await sleep(1_000 + (pick.value % 9) * 1_000);
  }

  /** Waits for the end state; from one that no spec of this kind can leave, the last good spec must. */
  async settle(): Promise<void> {
    if (this.broken.length > 0) return;
    const rest = await this.#rest(PATIENCE_MS);
    if (rest.kind === "serving" || rest.kind === "suspended") {
      this.#good = { spec: this.#spec, snapshot: await this.#snapshot() };
    } else await this.#recover(rest);
  }

  async #recover(rest: Rest): Promise<void> {
    const good = this.#good;
    if (!good) return void this.broken.push(`the start does not come to rest: ${rest.told}`);
    this.refused++;
    if (rest.told.startsWith("ReconcileError")) this.wordless.push(rest.told);
    if (rest.kind === "stuck") this.broken.push(`it neither serves nor says why not: ${rest.told}`);
    else if (!/spec\.|ReconcileError|PreflightFailed/.test(rest.told)) this.broken.push(`it names no field: ${rest.told}`);
    const isOneEdit = this.edits.at(-1)?.endsWith("(at once)") === false && this.edits.at(-2)?.endsWith("(at once)") !== true;
    if (isOneEdit) this.#comparePods(good.snapshot, await this.#snapshot());
    await this.#keep(edit(this.#world, this.#namespace, good.spec));
    const back = await this.#rest(PATIENCE_MS);
    if (back.kind !== "serving" && back.kind !== "suspended")
      return void this.broken.push(`the last good spec does not heal: ${back.told}`);
    await this.#become(good.snapshot, "after the last good spec");
    if (isOneEdit) this.#comparePods(good.snapshot, await this.#snapshot());
  }

  /** What a default became when the cluster was made stays, of the metastore's version: the API reference says so. */
  async compareWithFresh(namespace: string): Promise<void> {
    await this.#world.makeNamespace(namespace);
    const name = { namespace: this.#namespace, name: CLUSTER_NAME };
    const { spec, status } = await this.#world.client.get<Cluster>(KINDS.TrinoCluster, name);
    const chosen = spec.hiveMetastore && !spec.hiveMetastore.external && { ...spec.hiveMetastore, version: status?.hiveMetastore?.version };
    if (chosen) await this.#keep(edit(this.#world, this.#namespace, { ...spec, hiveMetastore: chosen } as TrinoClusterSpec));
    if (chosen) await this.settle();
    await create(this.#world, namespace, this.#spec);
    const rest = await restOf(this.#world.client, namespace, PATIENCE_MS);
    if (rest.kind !== "serving" && rest.kind !== "suspended")
      return void this.broken.push(`a fresh one does not come to rest: ${rest.told}`);
    await this.#become(await snapshotOf(this.#world.client, namespace), "than a fresh one");
  }

  async #keep(edited: ReturnType<typeof edit>): Promise<void> {
    const answer = await edited;
    if (answer instanceof ApiError) this.broken.push(`a good spec is refused: ${answer.message}`);
    else this.#spec = answer;
  }

  /** What is left over goes a little later. */
  async #become(wanted: Snapshot, what: string): Promise<void> {
    const end = performance.now() + SETTLE_MS;
    for (;;) {
      const found = differencesOf((await this.#snapshot()).state, wanted.state);
      if (found.length === 0) return;
      if (performance.now() > end) return void this.broken.push(`other ${what}:\n    ${found.slice(0, 20).join("\n    ")}`);
      await sleep(1_000);
    }
  }

  #comparePods(before: Snapshot, after: Snapshot): void {
    const gone = [...before.pods].filter(([pod, uid]) => after.pods.get(pod) !== uid).map(([pod]) => pod);
    if (gone.length > 0) this.broken.push(`pods went though the spec was refused: ${gone.join(", ")}`);
  }

  #rest(patienceMs: number): Promise<Rest> {
    return restOf(this.#world.client, this.#namespace, patienceMs);
  }

  #snapshot(): Promise<Snapshot> {
    return snapshotOf(this.#world.client, this.#namespace);
  }
}

interface Cluster extends KubernetesObject {
  readonly spec: TrinoClusterSpec;
  readonly status?: { readonly hiveMetastore?: { readonly version?: string } };
}

async function create({ client }: LiveWorld, namespace: string, spec: TrinoClusterSpec): Promise<TrinoClusterSpec> {
  return (await client.create(KINDS.TrinoCluster, objectOf(spec, namespace) as Cluster)).spec;
}

/** Replaces the spec, as `kubectl replace` does; the answer is what the server keeps of it, or its refusal. */
async function edit({ client }: LiveWorld, namespace: string, spec: TrinoClusterSpec): Promise<TrinoClusterSpec | ApiError> {
  const path = objectPath(KINDS.TrinoCluster, { namespace, name: CLUSTER_NAME });
  const operations = [{ op: "replace", path: "/spec", value: spec }];
  const headers = { "content-type": "application/json-patch+json" };
  const { status, body } = await client.raw({ method: "PATCH", path, headers, body: JSON.stringify(operations) });
  if (status < 300) return (JSON.parse(body) as Cluster).spec;
  return new ApiError(JSON.parse(body) as object, { method: "PATCH", path, code: status });
}

async function remove({ client }: LiveWorld, namespace: string): Promise<void> {
  await client.delete(KINDS.TrinoCluster, { namespace, name: CLUSTER_NAME }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}
