/**
 * `node local-cluster/main.ts up|down|status|load FILE…|image NAME…`: a real Kubernetes on this machine, without Docker.
 *
 * Exits with 0 when all is well, 1 when something failed or `status` finds the cluster not up, 2 for a wrong command.
 */
import { down } from "./down.ts";
import { importImage } from "./image-store.ts";
import { loadImages } from "./load-images.ts";
import { exclusively } from "./lock.ts";
import { status } from "./status.ts";
import { up } from "./up.ts";

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<boolean>>> = {
  up: () => exclusively(up).then(() => true),
  down: () => exclusively(down).then(() => true),
  status,
  load: async (archives) => {
    if (archives.length === 0) throw new Error("load needs the path of an image archive");
    for (const archive of archives) await importImage(archive);
    return true;
  },
  image: async (names) => {
    if (names.length === 0) throw new Error("image needs the name of an image, such as trino-483");
    await loadImages(names);
    return true;
  },
};

// `status | head` closes the pipe early, which is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (!command) {
  process.stderr.write("usage: node local-cluster/main.ts up|down|status|load FILE…|image NAME…\n");
  process.exit(2);
}
try {
  process.exitCode = (await command(args)) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
