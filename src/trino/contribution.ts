/**
 * What a feature adds to the pods of a role: the one shape for all features, and the one way in which they come together.
 *
 * `merge` remembers for each property which feature set it and which field of the spec asked for it. Two features that set the
 * same key are a mistake in this program and an error; precedence is the written list of LAYERS, never the order of calls.
 */
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import type { ILifecycle } from "kubernetes-models/v1/Lifecycle";
import type { IVolume } from "kubernetes-models/v1/Volume";
import type { IVolumeMount } from "kubernetes-models/v1/VolumeMount";
import type { FileContent, KeyReference } from "./cluster.ts";

/** Who wins where two set the same property: later layers beat earlier ones. */
const LAYERS = ["default", "feature", "override"] as const;

/** A layer of settings. */
export type Layer = (typeof LAYERS)[number];

/** A value, and the field of the spec that it comes from where there is one. */
export interface Setting {
  readonly value: string;
  readonly field?: string;
}

/** Properties of one file: plain values, or values with the field that they come from. */
export type PropertySettings = Readonly<Record<string, string | Setting>>;

/** What one feature adds to the pods of one role. Everything is optional; nothing is the empty object. */
export interface Contribution {
  /** Properties file under /etc/trino → key → value. */
  readonly files?: Readonly<Record<string, PropertySettings>>;
  /** Whole files under /etc/trino. */
  readonly texts?: Readonly<Record<string, FileContent>>;
  /** Lines of jvm.config, in order. */
  readonly jvm?: readonly string[];
  readonly env?: readonly IEnvVar[];
  /** Environment variables whose values are copied into the role's own immutable Secret. */
  readonly secretEnv?: Readonly<Record<string, KeyReference>>;
  readonly volumes?: readonly IVolume[];
  readonly mounts?: readonly IVolumeMount[];
  readonly initContainers?: readonly IContainer[];
  readonly sidecars?: readonly IContainer[];
  /** Fields of the Trino container that only one feature may set. */
  readonly container?: { readonly lifecycle?: ILifecycle; readonly envFrom?: readonly object[] };
  /** Fields of the pod's spec that only one feature may set. */
  readonly pod?: Readonly<Record<string, unknown>>;
  /** Annotations of the pod. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A contribution with the name of its feature and its layer. */
export interface NamedContribution {
  readonly feature: string;
  readonly layer: Layer;
  readonly contribution: Contribution;
}

/** Why a property has its value. */
export interface Origin {
  readonly feature: string;
  readonly layer: Layer;
  /** The field of the spec that it comes from; undefined for a choice of the operator. */
  readonly field: string | undefined;
}

/** A property with its origin. */
interface Property {
  readonly value: string;
  readonly origin: Origin;
}

/** All contributions to a role, put together. */
export interface Merged {
  readonly files: Readonly<Record<string, Readonly<Record<string, Property>>>>;
  readonly texts: Readonly<Record<string, { readonly content: FileContent; readonly origin: Origin }>>;
  readonly jvm: readonly { readonly argument: string; readonly origin: Origin }[];
  readonly env: readonly IEnvVar[];
  readonly secretEnv: Readonly<Record<string, KeyReference>>;
  readonly volumes: readonly IVolume[];
  readonly mounts: readonly IVolumeMount[];
  readonly initContainers: readonly IContainer[];
  readonly sidecars: readonly IContainer[];
  readonly container: NonNullable<Contribution["container"]>;
  readonly pod: Readonly<Record<string, unknown>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Two features of one layer set the same thing: a mistake in this program, found by any test that has both. */
export class ContributionConflict extends Error {
  constructor(what: string, features: readonly [string, string]) {
    super(`${what} is set by both ${features[0]} and ${features[1]}`);
    this.name = "ContributionConflict";
  }
}

/** Puts contributions together. Throws ContributionConflict. */
export function merge(contributions: readonly NamedContribution[]): Merged {
  const list = <K extends "volumes" | "mounts" | "initContainers" | "sidecars">(key: K): NonNullable<Contribution[K]> =>
    contributions.flatMap(({ contribution }) => (contribution[key] ?? []) as never[]) as unknown as NonNullable<Contribution[K]>;
  refuseTwice("environment variable", contributions, ({ env = [], secretEnv = {} }) => [
    ...env.map(({ name }) => name),
    ...Object.keys(secretEnv),
  ]);
  refuseTwice("volume", contributions, ({ volumes = [] }) => volumes.map(({ name }) => name));
  refuseTwice("mount", contributions, ({ mounts = [] }) => mounts.map(({ mountPath }) => mountPath));
  return {
    files: mergeFiles(contributions),
    texts: mergeTexts(contributions),
    jvm: contributions.flatMap((named) => (named.contribution.jvm ?? []).map((argument) => ({ argument, origin: originOf(named) }))),
    env: contributions.flatMap(({ contribution }) => contribution.env ?? []),
    volumes: list("volumes"),
    mounts: list("mounts"),
    initContainers: list("initContainers"),
    sidecars: list("sidecars"),
    secretEnv: mergeRecords("environment variable", contributions, ({ secretEnv }) => secretEnv),
    container: mergeRecords("container field", contributions, ({ container }) => container as Record<string, unknown> | undefined),
    pod: mergeRecords("pod field", contributions, ({ pod }) => pod),
    annotations: mergeRecords("annotation", contributions, ({ annotations }) => annotations),
  };
}

function mergeFiles(contributions: readonly NamedContribution[]): Merged["files"] {
  const files: Record<string, Record<string, Property>> = {};
  for (const named of contributions) {
    for (const [file, properties] of Object.entries(named.contribution.files ?? {})) {
      const target = files[file] ?? {};
      files[file] = target;
      for (const [key, setting] of Object.entries(properties)) {
        target[key] = stronger(target[key], propertyOf(setting, named), `${key} in ${file}`);
      }
    }
  }
  return files;
}

function propertyOf(setting: string | Setting, named: NamedContribution): Property {
  const { value, field } = typeof setting === "string" ? { value: setting, field: undefined } : setting;
  return { value, origin: originOf(named, field) };
}

function originOf({ feature, layer }: NamedContribution, field?: string): Origin {
  return { feature, layer, field };
}

/** Of two settings of one property the one in the later layer; in the same layer there is no winner. */
function stronger(present: Property | undefined, next: Property, what: string): Property {
  if (present === undefined) return next;
  const difference = LAYERS.indexOf(next.origin.layer) - LAYERS.indexOf(present.origin.layer);
  if (difference === 0) throw new ContributionConflict(what, [present.origin.feature, next.origin.feature]);
  return difference > 0 ? next : present;
}

function mergeTexts(contributions: readonly NamedContribution[]): Merged["texts"] {
  const texts: Record<string, Merged["texts"][string]> = {};
  for (const named of contributions) {
    for (const [path, content] of Object.entries(named.contribution.texts ?? {})) {
      const present = texts[path];
      if (present) throw new ContributionConflict(`file ${path}`, [present.origin.feature, named.feature]);
      texts[path] = { content, origin: originOf(named) };
    }
  }
  return texts;
}

function mergeRecords<T>(
  what: string,
  contributions: readonly NamedContribution[],
  pick: (contribution: Contribution) => Readonly<Record<string, T>> | undefined,
): Record<string, T> {
  refuseTwice(what, contributions, (contribution) => Object.keys(pick(contribution) ?? {}));
  return Object.assign({}, ...contributions.map(({ contribution }) => pick(contribution) ?? {})) as Record<string, T>;
}

function refuseTwice(
  what: string,
  contributions: readonly NamedContribution[],
  keys: (contribution: Contribution) => readonly string[],
): void {
  const owners = new Map<string, string>();
  for (const { feature, contribution } of contributions) {
    for (const key of keys(contribution)) {
      const owner = owners.get(key);
      if (owner !== undefined) throw new ContributionConflict(`${what} ${key}`, [owner, feature]);
      owners.set(key, feature);
    }
  }
}
