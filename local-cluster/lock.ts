/** Letting only one command at a time change the cluster. */

import type { Server } from "node:net";
import { createServer } from "node:net";
import { waitFor } from "./wait.ts";

/** A Unix socket without a file: the kernel frees the name when the process ends, however it ends. See `unix(7)`. */
const LOCK = "\0trino-operator-local-cluster";

/** Runs `work` while no other process of this machine does under this lock; waits up to an hour for one that is building. */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  const options = { timeoutMs: 3_600_000, intervalMs: 500 };
  let told = false;
  const lock = await waitFor(
    "another command on the cluster to end",
    () =>
      acquire().catch((error: unknown) => {
        if (!told) process.stderr.write("  … waiting for another command on the cluster to end\n");
        told = true;
        throw error;
      }),
    options,
  );
  try {
    return await work();
  } finally {
    lock.close();
  }
}

function acquire(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(LOCK, () => resolve(server));
  });
}
