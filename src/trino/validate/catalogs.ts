/** Catalogs. */
import type { CatalogSpec, TrinoClusterSpec } from "../../api/v1alpha1/types.ts";
import type { Catalog, KeyReference } from "../cluster.ts";
import { fatalProperty } from "../properties-by-version.ts";
import type { Findings } from "./findings.ts";
import type { Resolver } from "./resolver.ts";

/** What the checks of catalogs need beside their spec. */
export interface CatalogInput {
  readonly version: number;
  readonly hasMetastore: boolean;
  readonly resolver: Resolver;
  readonly findings: Findings;
}

const CATALOG_NAME = /^[a-z][a-z0-9_-]{0,62}$/;

/**
 * Connectors that can use a Hive Metastore, the property by which each chooses another one, and the value that chooses thrift.
 * Source: https://trino.io/docs/current/object-storage/metastores.html
 */
const METASTORE_CONNECTORS: Readonly<Record<string, { readonly property: string; readonly thrift: string }>> = {
  hive: { property: "hive.metastore", thrift: "thrift" },
  delta_lake: { property: "hive.metastore", thrift: "thrift" },
  hudi: { property: "hive.metastore", thrift: "thrift" },
  iceberg: { property: "iceberg.catalog.type", thrift: "hive_metastore" },
  lakehouse: { property: "hive.metastore", thrift: "thrift" },
};

/** Parses all catalogs, sorted by name. */
export function parseCatalogs(specs: NonNullable<TrinoClusterSpec["catalogs"]>, input: CatalogInput): readonly Catalog[] {
  return Object.entries(specs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, spec]) => parseCatalog(name, spec, input));
}

function parseCatalog(name: string, spec: CatalogSpec, input: CatalogInput): Catalog {
  const { findings, resolver, version } = input;
  const field = `spec.catalogs.${name}`;
  const { properties = {}, secretProperties = {} } = spec;
  checkName(name, field, findings);
  checkConnector(spec, field, input);
  for (const key of Object.keys(properties)) checkProperty(`${field}.properties[${key}]`, { key, version }, findings);
  for (const [key, { secretKeyRef }] of Object.entries(secretProperties)) {
    const keyField = `${field}.secretProperties[${key}]`;
    checkProperty(keyField, { key, version }, findings);
    if (key in properties) findings.refuse(keyField, `${key} is in properties and in secretProperties.`, "Keep one of the two.");
    resolver.key(`${keyField}.secretKeyRef`, secretReference(secretKeyRef));
  }
  return {
    name,
    properties,
    secretProperties: Object.fromEntries(
      Object.entries(secretProperties).map(([key, { secretKeyRef }]) => [key, secretReference(secretKeyRef)]),
    ),
    usesMetastore: spec.metastore === "managed" && input.hasMetastore,
  };
}

function secretReference({ name, key }: { readonly name: string; readonly key: string }): KeyReference {
  return { kind: "Secret", name, key };
}

function checkName(name: string, field: string, findings: Findings): void {
  if (name === "system") findings.refuse(field, "system is Trino's own catalog.", "Choose another name.");
  else if (!CATALOG_NAME.test(name)) {
    findings.refuse(
      field,
      `${name} is not a name of a catalog.`,
      "Begin with a lower-case letter; use lower-case letters, digits, - and _, 63 at most.",
    );
  }
}

function checkConnector(
  { properties = {}, secretProperties = {}, metastore }: CatalogSpec,
  field: string,
  { findings, hasMetastore }: CatalogInput,
): void {
  const connector = properties["connector.name"];
  if (connector === undefined && !("connector.name" in secretProperties)) {
    findings.refuse(`${field}.properties`, "connector.name is missing.", "Add it, for example connector.name: tpch.");
    return;
  }
  if (connector !== undefined && !/^\S+$/.test(connector)) {
    findings.refuse(`${field}.properties[connector.name]`, "connector.name is empty, or has a space in it.", "Write it like tpch.");
    return;
  }
  if (metastore !== "managed") return;
  if (!hasMetastore)
    findings.refuse(
      `${field}.metastore`,
      "spec.hiveMetastore is missing.",
      "Add it, or write the metastore's properties into the catalog.",
    );
  const choice = METASTORE_CONNECTORS[connector ?? ""];
  if (choice === undefined)
    findings.refuse(`${field}.metastore`, `The connector ${connector ?? ""} uses no metastore.`, "Remove metastore.");
  const chosen = choice && properties[choice.property];
  if (choice && chosen !== undefined && chosen.toLowerCase() !== choice.thrift) {
    findings.refuse(
      `${field}.properties[${choice.property}]`,
      `${chosen} is not the metastore of spec.hiveMetastore.`,
      `Use ${choice.thrift}, or remove metastore.`,
    );
  }
}

function checkProperty(field: string, { key, version }: { key: string; version: number }, findings: Findings): void {
  const fatal = fatalProperty(key, { where: "catalog", version });
  if (fatal) findings.refuse(field, `Trino ${version} does not start with ${key} in a catalog.`, fatal.cure);
}
