/** Images. Source: https://kubernetes.io/docs/concepts/containers/images/#image-names */
import type { ImageSpec } from "../../api/v1alpha1/types.ts";
import type { Image } from "../cluster.ts";

/** The image of a spec; a digest decides where there is one. Pull secrets are a set: their order makes no other pod. */
export function parseImage(spec: ImageSpec | undefined, defaults: { readonly repository: string; readonly tag: string }): Image {
  const { repository = defaults.repository, tag, digest, pullPolicy = "IfNotPresent", pullSecrets = [] } = spec ?? {};
  const version = digest === undefined ? `:${tag ?? defaults.tag}` : `${tag === undefined ? "" : `:${tag}`}@${digest}`;
  return { reference: `${repository}${version}`, pullPolicy, pullSecrets: [...pullSecrets].sort() };
}
