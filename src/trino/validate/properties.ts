/** Overrides in the properties files of a role. */
import { FILES_WITH_OWN_FIELD, OPERATOR_OWNED_PROPERTIES } from "../../api/v1alpha1/operator-owned-properties.ts";
import type { CoordinatorSpec, WorkersSpec } from "../../api/v1alpha1/types.ts";
import type { FileContent, RoleName } from "../cluster.ts";
import { roleField } from "../feature.ts";
import { GRACE_PERIOD } from "../features/graceful-shutdown.ts";
import { fatalProperty } from "../properties-by-version.ts";
import { keyOfPath } from "../resources/configuration.ts";
import { parseDurationSeconds } from "../units/duration.ts";
import type { Findings } from "./findings.ts";
import type { Resolver } from "./resolver.ts";

/** Which role of which version is checked. */
export interface RoleContext {
  readonly role: RoleName;
  readonly version: number;
}

type RoleSpec = CoordinatorSpec | WorkersSpec;

const PROPERTIES_FILE = /^[a-z0-9][a-z0-9._-]*\.properties$/;
/** Source: `IsConfigMapKey` of k8s.io/apimachinery */
const LONGEST_KEY = 253;
const FILE_PATH = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;

/** Refuses overrides that only the operator may set, or that would stop this version in this role. */
export function checkOverrides({ config = {} }: RoleSpec, { role, version }: RoleContext, findings: Findings): void {
  for (const [file, properties] of Object.entries(config)) {
    const field = `${roleField(role)}.config[${file}]`;
    if (!PROPERTIES_FILE.test(file)) {
      findings.refuse(
        field,
        `${file} is not a properties file under /etc/trino.`,
        "Use files for other files, and spec.catalogs for catalogs.",
      );
    }
    for (const key of Object.keys(properties)) checkOverride(`${field}[${key}]`, { file, key, role, version }, findings);
  }
  checkGracePeriod(config, role, findings);
}

interface Override extends RoleContext {
  readonly file: string;
  readonly key: string;
}

function checkOverride(field: string, { file, key, role, version }: Override, findings: Findings): void {
  const owned = OPERATOR_OWNED_PROPERTIES.find((property) => property.file === file && property.key === key);
  if (owned) findings.refuse(field, `${key} is set by the operator.`, sentence(owned.cure));
  const fatal = file === "config.properties" && !owned ? fatalProperty(key, { where: "config", version, role }) : undefined;
  if (fatal) findings.refuse(field, `Trino ${version} does not start with ${key}${fatal.role ? ` on a ${fatal.role}` : ""}.`, fatal.cure);
}

function checkGracePeriod(config: NonNullable<RoleSpec["config"]>, role: RoleName, findings: Findings): void {
  const text = config["config.properties"]?.[GRACE_PERIOD.property];
  if (text === undefined || role === "coordinator") return;
  const seconds = parseDurationSeconds(text);
  if (seconds !== undefined && seconds >= GRACE_PERIOD.minimumSeconds) return;
  findings.refuse(
    `spec.workers.config[config.properties][${GRACE_PERIOD.property}]`,
    `${text} is too short for the coordinator to notice that a worker shuts down, or is no duration.`,
    `Use ${GRACE_PERIOD.minimumSeconds}s or more; the default is ${GRACE_PERIOD.default}.`,
  );
}

/** Parses the user's files, and refuses those that have a field of their own or stand in two places. */
export function parseFiles(
  spec: RoleSpec,
  context: { role: RoleName; ownFiles: readonly string[]; resolver: Resolver },
  findings: Findings,
): Record<string, FileContent> {
  const paths = Object.keys(spec.files ?? {});
  const entries = Object.entries(spec.files ?? {}).flatMap(([path, file]) => {
    const field = `${roleField(context.role)}.files[${path}]`;
    checkFilePath(path, { field, taken: [...Object.keys(spec.config ?? {}), ...context.ownFiles], paths }, findings);
    const content = parseFile(field, file, findings);
    if (content?.kind === "reference") context.resolver.key(field, content.reference);
    return content ? [[path, content] as const] : [];
  });
  return Object.fromEntries(entries);
}

function checkFilePath(
  path: string,
  { field, taken, paths }: { field: string; taken: readonly string[]; paths: readonly string[] },
  findings: Findings,
): void {
  const own = FILES_WITH_OWN_FIELD[path];
  if (own !== undefined) findings.refuse(field, `${path} is written by the operator.`, sentence(own));
  else if (path.startsWith("catalog/")) findings.refuse(field, "Catalogs have a field of their own.", "Use spec.catalogs.");
  else if (!FILE_PATH.test(path))
    findings.refuse(field, `${path} is not a path below /etc/trino.`, "Write it like rules.json or ranger/audit.xml.");
  else if (taken.includes(path)) findings.refuse(field, `${path} is set twice.`, "Keep it in one place.");
  if (paths.some((other) => other.startsWith(`${path}/`)))
    findings.refuse(field, `${path} is a file and a directory.`, "Rename one of them.");
  checkKey(path, { field, paths }, findings);
}

/** A path is a key of a ConfigMap or Secret, in which `__` stands for the slash. */
function checkKey(path: string, { field, paths }: { field: string; paths: readonly string[] }, findings: Findings): void {
  const key = keyOfPath(path);
  const same = paths.find((other) => other !== path && keyOfPath(other) === key);
  const catalog = key.startsWith(keyOfPath("catalog/")) && !path.startsWith("catalog/");
  if (same !== undefined || catalog)
    findings.refuse(field, `${path} cannot be told from ${same ?? path.replaceAll("__", "/")}.`, "Rename it: __ stands for / in its key.");
  if (key.length > LONGEST_KEY)
    findings.refuse(field, `A path of ${path.length} characters is too long.`, `Use ${LONGEST_KEY} at most, counting / twice.`);
}

function parseFile(field: string, file: NonNullable<RoleSpec["files"]>[string], findings: Findings): FileContent | undefined {
  if (file.text !== undefined) return { kind: "text", text: file.text };
  if (file.secretKeyRef) return { kind: "reference", reference: { kind: "Secret", ...file.secretKeyRef } };
  if (file.configMapKeyRef) return { kind: "reference", reference: { kind: "ConfigMap", ...file.configMapKeyRef } };
  findings.refuse(field, "The file has no content.", "Set exactly one of text, secretKeyRef and configMapKeyRef.");
  return undefined;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
