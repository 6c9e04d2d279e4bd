/** Static catalogs: a properties file each. Source: https://trino.io/docs/current/installation/deployment.html#catalog-properties */
import type { Catalog, KeyReference } from "../cluster.ts";
import type { Setting } from "../contribution.ts";
import type { Feature } from "../feature.ts";
import { contentHash } from "../hash.ts";

/** The file of a catalog, relative to /etc/trino. */
export function catalogFile(name: string): string {
  return `catalog/${name}.properties`;
}

/** Properties as they stand in the spec; secret ones by environment variables from the role's own Secret. */
export const catalogs: Feature = {
  name: "catalogs",
  layer: "feature",
  contribute: (cluster) => {
    const secrets = secretVariables(cluster.catalogs);
    return {
      files: Object.fromEntries(cluster.catalogs.map((catalog) => [catalogFile(catalog.name), catalogSettings(catalog, secrets)])),
      secretEnv: Object.fromEntries(secrets.map(({ variable, reference }) => [variable, reference])),
    };
  },
};

interface SecretVariable {
  readonly catalog: string;
  readonly property: string;
  readonly variable: string;
  readonly reference: KeyReference;
}

function catalogSettings(catalog: Catalog, secrets: readonly SecretVariable[]): Record<string, Setting> {
  const field = `spec.catalogs.${catalog.name}`;
  const plain = Object.entries(catalog.properties).map(([key, value]) => [key, { value, field: `${field}.properties[${key}]` }] as const);
  const secret = secrets
    .filter((candidate) => candidate.catalog === catalog.name)
    .map(
      ({ property, variable }) => [property, { value: `\${ENV:${variable}}`, field: `${field}.secretProperties[${property}]` }] as const,
    );
  return Object.fromEntries([...plain, ...secret]);
}

/** A readable variable for each secret property; where two would have the same name, a hash tells them apart. */
function secretVariables(all: readonly Catalog[]): readonly SecretVariable[] {
  const found = all.flatMap(({ name, secretProperties }) =>
    Object.entries(secretProperties).map(([property, reference]) => ({
      catalog: name,
      property,
      reference,
      variable: variableName(`CATALOG_${name}_${property}`),
    })),
  );
  const count = (variable: string): number => found.filter((secret) => secret.variable === variable).length;
  return found.map((secret) =>
    count(secret.variable) === 1
      ? secret
      : { ...secret, variable: `${secret.variable}_${contentHash([secret.catalog, secret.property]).toUpperCase()}` },
  );
}

function variableName(text: string): string {
  return text.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
}
