/** Memory that adds up. Source: https://trino.io/docs/current/admin/properties-resource-management.html */
import { type Feature, roleField, roleOf } from "../feature.ts";
import { formatMebibytes } from "../units/data-size.ts";

/**
 * Per-node limits from this role's own heap, as absolute sizes, since percentages are known from 476 on only. Cluster-wide limits
 * are left alone: they would follow from the number of workers, and a scale must not change a configuration.
 */
export const memory: Feature = {
  name: "memory",
  layer: "default",
  contribute: (cluster, role) => {
    const { perNode, headroom } = roleOf(cluster, role).memory;
    const field = `${roleField(role)}.resources.limits.memory`;
    return {
      files: {
        "config.properties": {
          "query.max-memory-per-node": { value: formatMebibytes(perNode), field },
          "memory.heap-headroom-per-node": { value: formatMebibytes(headroom), field },
        },
      },
    };
  },
};
