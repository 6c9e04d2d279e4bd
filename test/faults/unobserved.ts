/** The unobserved sweep: what comes and goes while no event is told. */
import { KINDS } from "../../src/controllers/kinds.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import type { Disturbance } from "./run-point.ts";
import { change, NAME, type Scenario } from "./scenarios.ts";
import { pause, seesAnew } from "./wait.ts";
import type { Place, World } from "./world.ts";

/** What comes and goes while no event is told, for all kinds or for one; then all is told late, or never. */
export function unobserved(scenario: Scenario): readonly Disturbance[] {
  if (scenario.before === undefined || scenario.end === "gone") return [];
  const during = KINDS_HELD.flatMap((resource) =>
    WAYS.map(([way, tell]) =>
      disturbed(`events of ${resource ?? "all kinds"} held back for ${HELD_MS / 1000} s, then ${way}`, {
        replaces: true,
        disturb: async (place, world) => {
          place.proxy.watches.hold(resource);
          const acting = scenario.act(world.client, place.namespace); // it may wait for what the operator does
          await pause(HELD_MS);
          await tell(place);
          await acting;
        },
      }),
    ),
  );
  const transient = TRANSIENTS.flatMap(({ name, act }) =>
    WAYS.map(([way, tell]) =>
      disturbed(`${name}, unobserved, then ${way}`, {
        remembers: true,
        disturb: async (place, world) => {
          place.proxy.watches.hold();
          await act(place, world, scenario);
          await tell(place);
        },
      }),
    ),
  );
  return [...during, ...transient, ...WATCH_FAULTS];
}

function disturbed(name: string, parts: Pick<Disturbance, "replaces" | "remembers" | "disturb">): Disturbance {
  return { name, struck: true, allowance: 3, ...parts };
}

const HELD_MS = 4_000;
const KINDS_HELD = [undefined, "trinoclusters", "pods", "deployments", "statefulsets", "controllerrevisions", "services"];

type Tell = (place: Place) => Promise<void>;

const cut: Tell = (place) => seesAnew(place, () => place.proxy.watches.cut());
const expire: Tell = (place) => seesAnew(place, () => place.proxy.watches.expire());
const WAYS: readonly (readonly [way: string, Tell])[] = [
  ["told late", async ({ proxy }) => proxy.watches.release()],
  ["never told", expire],
];

/** Watches that end, and lists that come instead, at any time of a run. */
const WATCH_FAULTS = [0, 500, 2_000].flatMap((ms) => [
  disturbed(`all watches cut after ${ms} ms`, { disturb: (place) => pause(ms).then(() => cut(place)) }),
  disturbed(`all watches expired after ${ms} ms`, { disturb: (place) => pause(ms).then(() => expire(place)) }),
]);

interface Transient {
  readonly name: string;
  readonly act: (place: Place, world: World, scenario: Scenario) => Promise<void>;
}

/** From X to Y and back. */
const TRANSIENTS: readonly Transient[] = [
  {
    name: "replicas 7 and back",
    act: async ({ namespace }, { client }, { before }) => {
      const now = await client.get<Cluster>(KINDS.TrinoCluster, { namespace, name: NAME });
      const replicas = now.spec.workers?.replicas ?? before?.workers?.replicas ?? 2;
      await change({ workers: { replicas: 7 } })(client, namespace);
      await change({ workers: { replicas } })(client, namespace);
    },
  },
  {
    name: "suspended and back",
    act: async ({ namespace }, { client }) => {
      const { spec } = await client.get<Cluster>(KINDS.TrinoCluster, { namespace, name: NAME });
      await change({ suspend: spec.suspend !== true })(client, namespace);
      await change({ suspend: spec.suspend ?? null })(client, namespace);
    },
  },
  {
    name: "another version and back",
    act: async ({ namespace }, { client }) => {
      const { spec } = await client.get<Cluster>(KINDS.TrinoCluster, { namespace, name: NAME });
      await change({ version: 480 })(client, namespace);
      await change({ version: spec.version })(client, namespace);
    },
  },
];

interface Cluster extends KubernetesObject {
  readonly spec: { readonly version?: number; readonly suspend?: boolean; readonly workers?: { readonly replicas?: number } };
}
