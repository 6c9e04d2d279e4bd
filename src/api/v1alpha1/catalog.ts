/** A catalog: one properties file in parts. The shape is that of a later TrinoCatalog's spec. Build time only. */
import { z } from "zod";
import { addition, change } from "./change.ts";
import { keySelector, named, rules } from "./primitives.ts";

const secretValue = z
  .object({ secretKeyRef: keySelector.describe("A key of a Secret that holds the value.") })
  .meta(named("SecretValue", "A value that is kept in a Secret."));

/** One catalog. Source: https://trino.io/docs/current/installation/deployment.html#catalog-properties */
export const catalog: z.ZodType = z
  .object({
    properties: z
      .record(z.string(), z.string().max(65536))
      .meta({
        maxProperties: 256,
        ...rules({
          rule: "'connector.name' in self",
          message: "connector.name is missing; add it, for example connector.name: tpch or connector.name: iceberg",
        }),
      })
      .describe("The catalog's properties, connector.name among them. Not for secrets."),
    secretProperties: z
      .record(z.string(), secretValue)
      .meta({ maxProperties: 64 })
      .optional()
      .describe(
        "Properties whose value is in a Secret. Trino reads them from environment variables; a changed Secret counts as a change of the cluster. Default: none.",
      ),
    metastore: z
      .enum(["managed"])
      .optional()
      .describe(
        "managed: the catalog uses the metastore of spec.hiveMetastore, and the operator adds the properties for it and its warehouse. Default: none.",
      ),
  })
  .meta({
    ...named("CatalogSpec", "A catalog."),
    ...addition(
      "all",
      "Added: queries see it when the coordinator has restarted, after the workers. Removed: queries that still use it may fail from the first replaced worker on.",
    ),
    ...rules({
      rule: "!has(self.secretProperties) || self.secretProperties.all(key, !(key in self.properties))",
      message: "a property stands in properties and in secretProperties; keep one of the two",
    }),
  });

/** All catalogs, by name. */
export const catalogs: z.ZodType = z.record(z.string(), catalog).meta({
  maxProperties: 128,
  ...change("all", "Workers are replaced first, then the coordinator restarts when no query is unfinished."),
  ...rules(
    {
      rule: "self.all(name, name.matches(r'^[a-z][a-z0-9_-]*$') && name.size() <= 63)",
      message:
        "a catalog's name must begin with a lower-case letter, hold only lower-case letters, digits, - and _, and have at most 63 characters",
    },
    { rule: "!('system' in self)", message: "system is Trino's own catalog; choose another name" },
  ),
});
