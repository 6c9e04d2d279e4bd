/** How a container image is named. Build time only. */
import { z } from "zod";
import { matching, named, objectName } from "./primitives.ts";

/** Metadata of a field. */
type Metadata = Readonly<Record<string, unknown>>;

/** An image; `defaults` says what is taken when a field is left out, `own` is metadata of single fields. */
export function image(
  defaults: { readonly repository: string; readonly tag: string },
  own: Partial<Record<"repository" | "pullPolicy" | "pullSecrets", Metadata>> = {},
): z.ZodType {
  return z
    .object({
      repository: matching(
        "^([a-zA-Z0-9.-]+(:[0-9]+)?/)?[a-z0-9]([a-z0-9._/-]*[a-z0-9])?$",
        "must be a registry and repository without tag, for example registry.example.com/trinodb/trino",
        255,
      )
        .optional()
        .meta(own.repository ?? {})
        .describe(`Repository, with the registry where it is not Docker Hub, without tag or digest. Default: ${defaults.repository}.`),
      tag: matching("^[A-Za-z0-9_][A-Za-z0-9._-]*$", "must be an image tag: letters, digits, dots, dashes and underscores", 128)
        .optional()
        .describe(`Tag. Default: ${defaults.tag}.`),
      digest: matching("^sha256:[a-f0-9]{64}$", "must be sha256: and 64 hexadecimal digits", 71)
        .optional()
        .describe("Digest, `sha256:…`. When given, it decides and the tag only informs. Default: none."),
      pullPolicy: z
        .enum(["Always", "IfNotPresent", "Never"])
        .optional()
        .meta(own.pullPolicy ?? {})
        .describe("When the kubelet pulls the image. Default: IfNotPresent."),
      pullSecrets: z
        .array(objectName())
        .max(16)
        .optional()
        .meta({ "x-kubernetes-list-type": "set", ...own.pullSecrets })
        .describe("Names of Secrets of type kubernetes.io/dockerconfigjson used to pull the image. Default: none."),
    })
    .meta(named("ImageSpec", "How a container image is named and pulled."));
}
