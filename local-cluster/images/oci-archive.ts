/**
 * Images as OCI archives: one tar file with an OCI image layout, as `ctr image import` takes it.
 * Source: OCI image specification 1.1, image-layout.md, manifest.md and config.md.
 */
import { createHash } from "node:crypto";
import { link, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../progress.ts";
import type { Layer } from "./layer.ts";

/** An image in a file: the reference under which it is imported, and the path of the archive. */
export interface ImageArchive {
  readonly reference: string;
  readonly path: string;
}

/** What a container of the image runs, in the words of a Dockerfile. `user` is numeric, so that runAsNonRoot can be checked. */
export interface ImageConfig {
  readonly user: string;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly stopSignal?: string;
}

/** An image before it is written: `layers` lowest first. */
export interface Image {
  readonly reference: string;
  readonly config: ImageConfig;
  readonly layers: readonly Layer[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Writes the image to `<directory>/image.tar`; the layer files must be on the same file system as `directory`. */
export async function writeArchive(directory: string, image: Image): Promise<ImageArchive> {
  const path = join(directory, "image.tar");
  const staging = await mkdtemp(join(directory, "oci-"));
  const blobs = join(staging, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  for (const layer of image.layers) await link(layer.path, join(blobs, hex(layer.digest)));
  const config = await writeBlob(blobs, "application/vnd.oci.image.config.v1+json", configOf(image));
  const manifest = await writeBlob(blobs, "application/vnd.oci.image.manifest.v1+json", {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config,
    layers: image.layers.map(({ digest, size }) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar", digest, size })),
  });
  const annotations = { "io.containerd.image.name": image.reference };
  await writeFile(join(staging, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(
    join(staging, "index.json"),
    JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [{ ...manifest, annotations }] }),
  );
  // Layers are links to the cache; they must be stored as files all the same.
  await run("tar", ["--create", `--file=${path}`, `--directory=${staging}`, "--hard-dereference", "oci-layout", "index.json", "blobs"]);
  await rm(staging, { recursive: true });
  return { reference: image.reference, path };
}

async function writeBlob(blobs: string, mediaType: string, content: object): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content));
  const digest = createHash("sha256").update(bytes).digest("hex");
  await writeFile(join(blobs, digest), bytes);
  return { mediaType, digest: `sha256:${digest}`, size: bytes.length };
}

function configOf({ config, layers }: Image): object {
  const names = (list: readonly string[] | undefined): object | undefined => list && Object.fromEntries(list.map((name) => [name, {}]));
  return {
    architecture: "amd64",
    os: "linux",
    config: {
      User: config.user,
      Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
      Entrypoint: config.entrypoint,
      Cmd: config.cmd,
      WorkingDir: config.workingDir ?? "/",
      ExposedPorts: names(config.ports),
      Volumes: names(config.volumes),
      StopSignal: config.stopSignal,
    },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.digest) },
  };
}

function hex(digest: string): string {
  return digest.replace("sha256:", "");
}
