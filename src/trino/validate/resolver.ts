/** Resolves references to Secrets and ConfigMaps against what was read. */
import type { KeyReference } from "../cluster.ts";
import type { References, Values } from "../references.ts";
import type { Findings } from "./findings.ts";

/** A field of the spec that names a key, or a whole object. */
export interface Resolver {
  /** Takes one key; says what is missing unless it is optional. */
  readonly key: (field: string, reference: KeyReference, optional?: boolean) => void;
  /** Takes every key of an object. */
  readonly object: (field: string, reference: Omit<KeyReference, "key">, optional?: boolean) => void;
  /** What was taken so far, as in Cluster.referenced. */
  readonly referenced: ReadonlyMap<string, string>;
}

/** U+FFFD stands where bytes were no text. */
const REPLACEMENT = "\ufffd";

/** A resolver over what was read. */
export function newResolver(references: References, findings: Findings): Resolver {
  const referenced = new Map<string, string>();
  const valuesOf = ({ kind, name }: Omit<KeyReference, "key">): Values =>
    (kind === "Secret" ? references.secrets : references.configMaps).get(name);
  const take = (reference: KeyReference, value: string): void =>
    void referenced.set(`${reference.kind}/${reference.name}/${reference.key}`, value);
  return {
    referenced,
    key: (field, reference, optional = false) => {
      const { kind, name, key } = reference;
      if (!checkNames(field, reference, findings)) return;
      const values = valuesOf(reference);
      const value = values?.get(key);
      if (value?.includes(REPLACEMENT))
        findings.refuse(field, `key ${key} of ${kind} ${name} is not text.`, "Mount binary content by volumes and volumeMounts.");
      if (value !== undefined) take(reference, value);
      else if (!optional)
        findings.wait(field, missing(reference, values), `Create ${kind} ${name} with the key ${key} in the cluster's namespace.`);
    },
    object: (field, reference, optional = false) => {
      if (!checkNames(field, reference, findings)) return;
      const values = valuesOf(reference);
      for (const [key, value] of values ?? []) take({ ...reference, key }, value);
      if (values === undefined && !optional) {
        findings.wait(field, `${reference.kind} ${reference.name} does not exist.`, "Create it in the cluster's namespace.");
      }
    },
  };
}

/** Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const DATA_KEY = /^[-._a-zA-Z0-9]+$/;

/** What cannot exist need not be waited for, optional or not. */
function checkNames(
  field: string,
  { kind, name, key }: Omit<KeyReference, "key"> & Partial<Pick<KeyReference, "key">>,
  findings: Findings,
): boolean {
  const isName = OBJECT_NAME.test(name);
  const isKey = key === undefined || DATA_KEY.test(key);
  if (!isName) findings.refuse(field, `${name} cannot be the name of a ${kind}.`, "Use lower-case letters, digits, - and . only.");
  if (!isKey) findings.refuse(field, `${key} cannot be a key of a ${kind}.`, "Use letters, digits, -, _ and . only.");
  return isName && isKey;
}

function missing({ kind, name, key }: KeyReference, values: Values): string {
  return values === undefined ? `${kind} ${name} does not exist.` : `${kind} ${name} has no key ${key}.`;
}
