/** What is done about workers that the coordinator does not know, as `controllers/trino-cluster/execute/registration.ts` does it. */
import type { RegistrationStep } from "../plan-types.ts";
import { annotate } from "./execute-drain.ts";
import { deletePod } from "./kubernetes.ts";
import { workersLeave } from "./monitor.ts";
import { floorOf, type World } from "./world.ts";
import type { Request, Write } from "./write.ts";

/** Writes since when a worker is unknown, or replaces it: counted first, then deleted. */
export function registrationRequests(world: World, step: RegistrationStep, write: Write): readonly Request[] {
  if (step.kind === "suspect") return [() => annotate(world, { pod: step.pod, notes: { unregisteredSince: world.now }, write })];
  if (step.kind === "clear") return [() => annotate(world, { pod: step.pod, notes: { unregisteredSince: undefined }, write })];
  const { attempt, revision, pod: reference } = step;
  return [
    () =>
      write(() => {
        world.api.records = world.api.records.map((record) =>
          record.hash === revision ? { ...record, replacedWorkers: attempt } : record,
        );
      }),
    () => {
      const pod = world.api.pods.find(({ uid }) => uid === reference.uid);
      if (pod) write(() => workersLeave(world, floorOf(world, world.wanted.replicas), () => deletePod(world, pod)));
    },
  ];
}
