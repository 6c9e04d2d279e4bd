/** What a point that failed leaves behind, to read: its requests, what the operator said, and what became of pods, by time. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Trace } from "./oracles.ts";
import { isWrite, keyOfRequest } from "./request-info.ts";

/** Writes it into a directory; returns the path of the file. */
export async function writeTrace(directory: string, name: string, trace: Trace | undefined): Promise<string> {
  const path = join(directory, `${name.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 150)}.log`);
  const requests = (trace?.log ?? []).map((entry) => {
    const { at, namespace: _namespace, name: named, status, body } = entry;
    return `${(at / 1000).toFixed(3)} ${status} ${keyOfRequest(entry)} ${named}${isWrite(entry) && body !== "" ? ` ${body}` : ""}`;
  });
  const pods = (trace?.news ?? []).map((news) => JSON.stringify(news));
  await mkdir(directory, { recursive: true });
  await writeFile(path, [name, "", ...requests, "", ...(trace?.lines ?? []), "", ...pods, ""].join("\n"));
  return path;
}
