/** A person asks for a restart of a role. */
import { type Feature, roleOf } from "../feature.ts";
import { PREFIX } from "../labels.ts";

/** Another time makes another pod template, and so another revision. */
export const restart: Feature = {
  name: "restart",
  layer: "feature",
  contribute: (cluster, role) => {
    const { restartAt } = roleOf(cluster, role);
    return restartAt === undefined ? {} : { annotations: { [`${PREFIX}/restart-at`]: restartAt } };
  },
};
