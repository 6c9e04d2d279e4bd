/** Images in the cluster's containerd: imported from archives, as there is no registry to pull them from. */
import { containerdSocket } from "./paths.ts";
import { run, step } from "./progress.ts";

/** The containerd namespace of the kubelet's containers and images. */
const CONTAINERD_NAMESPACE = "k8s.io";

const ctr = (...args: readonly string[]): Promise<string> =>
  run("ctr", ["--address", containerdSocket(), "--namespace", CONTAINERD_NAMESPACE, ...args]);

/** Imports an image archive (OCI layout or `docker save`) unless containerd has the very same image by that name. */
export async function importImage(archive: string, present?: ReadonlyMap<string, string>): Promise<void> {
  const images = await archivedImages(archive);
  const names = images.map(([name]) => name).join(", ") || archive;
  const known = present ?? (await presentImages());
  if (images.length > 0 && images.every(([name, digest]) => known.get(name) === digest)) return;
  await step(`importing ${names}`, () => ctr("images", "import", archive));
}

/** The digests of containerd's images by their references. */
export async function presentImages(): Promise<ReadonlyMap<string, string>> {
  const lines = (await ctr("images", "list")).trim().split("\n").slice(1);
  return new Map(lines.map((line) => line.split(/\s+/)).map(([name = "", , digest = ""]) => [name, digest]));
}

/** The references and digests in an archive's index; none for a `docker save` archive, which has no index. */
async function archivedImages(archive: string): Promise<readonly (readonly [string, string])[]> {
  const index = await run("tar", ["-xOf", archive, "index.json"]).catch(() => '{"manifests":[]}');
  const { manifests } = JSON.parse(index) as {
    manifests: readonly { digest: string; annotations?: Readonly<Record<string, string>> }[];
  };
  return manifests.flatMap(({ digest, annotations }) => {
    const name = annotations?.["io.containerd.image.name"];
    return name ? [[name, digest] as const] : [];
  });
}

/** Deletes all containers and their file systems, and keeps the images; the cluster must not run. */
export async function deleteContainers(): Promise<void> {
  const containers = (await ctr("containers", "list", "--quiet")).split("\n").filter(Boolean);
  if (containers.length > 0) await ctr("containers", "delete", ...containers);
  const snapshots = (await ctr("snapshots", "list")).trim().split("\n").slice(1);
  // The layers of images are Committed; what a container wrote, or was about to, is Active.
  const active = snapshots.map((line) => line.split(/\s+/)).filter((fields) => fields.at(-1) === "Active");
  for (const [key = ""] of active) await ctr("snapshots", "delete", key);
}
