/** buildah, which builds a Dockerfile without a daemon, with a store of its own that goes afterwards. https://buildah.io */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "../../../local-cluster/packages.ts";
import { run } from "../../../local-cluster/progress.ts";

/** Where it keeps images, and the environment in which buildah, or a make that calls it, finds them. */
export interface Buildah {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly call: (...args: readonly string[]) => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Installs it where it is missing. `insecureRegistry` is a registry without TLS that images may be pushed to. */
export async function newBuildah(insecureRegistry: string): Promise<Buildah> {
  await installPackages({ buildah: "buildah" });
  const folder = await mkdtemp(join(tmpdir(), "buildah-"));
  const storage = join(folder, "storage.conf");
  const registries = join(folder, "registries.conf");
  await writeFile(storage, `[storage]\ndriver = "overlay"\ngraphroot = "${folder}/images"\nrunroot = "${folder}/run"\n`);
  await writeFile(registries, `[[registry]]\nlocation = "${insecureRegistry}"\ninsecure = true\n`);
  const environment = {
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_REGISTRIES_CONF: registries,
    // The build's commands run as root in a root of their own, and with this machine's network: no runtime is needed.
    BUILDAH_ISOLATION: "chroot",
  };
  const call = (...args: readonly string[]): Promise<string> => run("buildah", args, { env: environment });
  const remove = async (): Promise<void> => {
    // What a build that was cut off left mounted is unmounted with it.
    await call("rm", "--all");
    await call("rmi", "--all", "--force");
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, environment, call, remove };
}
