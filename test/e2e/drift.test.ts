import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { find, get, kubectl, type Live, list, patch } from "./harness/kubectl.ts";
import { useSteadyCluster } from "./harness/steady-cluster.ts";
import { podUids } from "./harness/trino-cluster.ts";
import { waitFor } from "./harness/wait-for.ts";

/** "Seconds" on two cores that are busy with other things as well. */
const REPAIRED_WITHIN_MS = 20_000;

interface Service extends Live {
  readonly spec: { readonly selector: Readonly<Record<string, string>> };
}

interface Deployment extends Live {
  readonly spec: { readonly replicas: number };
}

describe("a change that somebody else made to a child", () => {
  const cluster = useSteadyCluster();
  const { namespace, name } = cluster;
  let pods: readonly string[];

  beforeAll(async () => {
    pods = await podUids(cluster);
  });

  const repaired = (what: string, check: () => Promise<unknown>): Promise<unknown> =>
    waitFor(what, check, { timeoutMs: REPAIRED_WITHIN_MS, namespace });

  it("is undone where it is a Service's selector", async () => {
    const { spec } = await get<Service>("service", name, namespace);
    const [key = ""] = Object.keys(spec.selector);
    await patch({ kind: "service", name, namespace }, { spec: { selector: { [key]: "somebody-else" } } });
    await repaired("the selector to be as it was", async () =>
      expect((await get<Service>("service", name, namespace)).spec.selector).toEqual(spec.selector),
    );
  });

  it("is undone where it is the number of a Deployment's replicas", async () => {
    const [deployment] = await list<Deployment>("deployments", namespace);
    const { name: workers } = deployment?.metadata ?? { name: "" };
    await kubectl(["scale", `deployment/${workers}`, `--namespace=${namespace}`, "--replicas=2"]);
    await repaired("the replicas to be as they were", async () =>
      expect((await get<Deployment>("deployment", workers, namespace)).spec.replicas).toBe(1),
    );
  });

  it("is undone where a ConfigMap was deleted", async () => {
    const [configuration] = (await list("configmaps", namespace)).filter(({ metadata }) => metadata.name.startsWith(`${name}-coordinator`));
    const old = configuration?.metadata ?? { name: "", uid: "" };
    await kubectl(["delete", "configmap", old.name, `--namespace=${namespace}`]);
    await repaired("the ConfigMap to be there again", async () =>
      expect((await find("configmap", old.name, namespace))?.metadata.uid).toMatch(/^(?!$)/),
    );
    expect((await get("configmap", old.name, namespace)).metadata.uid).not.toBe(old.uid);
  });

  it("is undone where a PodDisruptionBudget was deleted", async () => {
    const [budget] = await list("poddisruptionbudgets", namespace);
    const old = budget?.metadata ?? { name: "", uid: "" };
    await kubectl(["delete", "poddisruptionbudget", old.name, `--namespace=${namespace}`]);
    await repaired("the PodDisruptionBudget to be there again", async () =>
      expect((await get("poddisruptionbudget", old.name, namespace)).metadata.uid).not.toBe(old.uid),
    );
  });

  describe("that is a label or annotation of theirs", () => {
    const theirs = { labels: { "example.com/theirs": "label" }, annotations: { "example.com/theirs": "annotation" } };

    afterAll(async () => {
      await patch(
        { kind: "service", name, namespace },
        { metadata: { labels: { "example.com/theirs": null }, annotations: { "example.com/theirs": null } } },
      );
    });

    it("is left, also when our own fields are repaired", async () => {
      const { spec } = await get<Service>("service", name, namespace);
      const [key = ""] = Object.keys(spec.selector);
      await patch({ kind: "service", name, namespace }, { metadata: theirs, spec: { selector: { [key]: "somebody-else" } } });
      await repaired("the selector to be as it was", async () =>
        expect((await get<Service>("service", name, namespace)).spec.selector).toEqual(spec.selector),
      );
      expect((await get("service", name, namespace)).metadata).toMatchObject(theirs);
    });
  });

  it("costs no pod", async () => {
    await repaired("the surplus worker to be gone", async () => expect(await podUids(cluster)).toEqual(pods));
  });
});
