/** What V8 holds for the operator: exact, where resident memory depends on when garbage was last collected. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "../../local-cluster/wait.ts";
import type { OwnedProcess } from "../../test/control-plane/processes.ts";

/** A place for the heap snapshots of a process, and the flags that it must be started with. */
export interface HeapSnapshots {
  readonly flags: readonly string[];
  /** Bytes of all live data, without code: a snapshot is taken after a full collection. */
  readonly live: (process: OwnedProcess) => Promise<number>;
  readonly remove: () => Promise<void>;
}

/** Source: https://nodejs.org/api/cli.html#--heapsnapshot-signalsignal */
export async function openHeapSnapshots(): Promise<HeapSnapshots> {
  const directory = await mkdtemp(join(tmpdir(), "heap-snapshots-"));
  const live = async (process: OwnedProcess): Promise<number> => {
    const known = (await readdir(directory)).length;
    process.signal("SIGUSR2");
    return waitFor("a heap snapshot", async () => {
      const files = (await readdir(directory)).sort();
      if (files.length === known) throw new Error("there is none yet");
      return dataSize(await readFile(join(directory, files.at(-1) ?? ""), "utf8"));
    });
  };
  const remove = () => rm(directory, { recursive: true, force: true });
  return { flags: ["--heapsnapshot-signal=SIGUSR2", `--diagnostic-dir=${directory}`], live, remove };
}

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] } };
  /** As many numbers for each node as there are fields. */
  readonly nodes: readonly number[];
}

/** What V8 compiles of the program grows with what it has run, and not with what it holds. */
const DATA: ReadonlySet<string> = new Set(["object", "array", "hidden", "string", "concatenated string", "sliced string", "number"]);

/** Throws for a snapshot that is not whole yet. */
function dataSize(text: string): number {
  const { snapshot, nodes } = JSON.parse(text) as Snapshot;
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const [type, size] = [fields.indexOf("type"), fields.indexOf("self_size")];
  let sum = 0;
  for (let node = 0; node < nodes.length; node += fields.length) {
    if (DATA.has(types[0][nodes[node + type] ?? 0] ?? "")) sum += nodes[node + size] ?? 0;
  }
  return sum;
}
