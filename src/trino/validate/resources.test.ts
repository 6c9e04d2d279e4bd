import { describe, expect, it } from "vitest";
import type { Resources } from "../../api/v1alpha1/types.ts";
import { cluster, manifest, violationsOf } from "../fixtures.ts";

const withResources = (resources: Resources) => ({ workers: { resources }, hiveMetastore: { resources } });

describe("requests and limits", () => {
  it("never ask for more CPU by default than the user allows", () => {
    const { workers, metastore } = cluster(withResources({ limits: { cpu: "50m" } }));
    expect(workers.resources.requests["cpu"]).toBe("50m");
    expect(metastore?.kind === "managed" && metastore.resources.requests["cpu"]).toBe("50m");
  });

  it("leave a request of the user's as it is, and the default where no limit is in its way", () => {
    expect(cluster(withResources({ requests: { cpu: 1 }, limits: { cpu: "1000m" } })).workers.resources.requests["cpu"]).toBe("1");
    expect(cluster(withResources({ limits: { cpu: 2 } })).workers.resources.requests["cpu"]).toBe("500m");
  });

  it.each([
    { resource: "cpu", request: "2", limit: "1500m" },
    { resource: "ephemeral-storage", request: "2Gi", limit: "1Gi" },
  ])("refuse a request of $resource beyond its limit, in words", ({ resource, request, limit }) => {
    const found = violationsOf(manifest(withResources({ requests: { [resource]: request }, limits: { [resource]: limit } })));
    expect(found).toEqual(
      ["spec.workers", "spec.hiveMetastore"].map((field) => ({
        field: `${field}.resources.requests.${resource}`,
        problem: `A request of ${request} is more than the limit of ${limit}.`,
        cure: "Lower the request, or raise the limit.",
        waiting: false,
      })),
    );
  });

  it("say that memory is requested as it is limited, where the user asks for something else", () => {
    const { warnings } = cluster({ workers: { resources: { requests: { memory: "2Gi" }, limits: { memory: "4Gi" } } } });
    expect(warnings).toEqual([expect.stringContaining("spec.workers.resources.requests.memory is 2Gi, but as much as the limit")]);
    expect(cluster({ workers: { resources: { requests: { memory: "2Gi" }, limits: { memory: "2048Mi" } } } }).warnings).toEqual([]);
  });
});

describe("a heap that is too small", () => {
  it.each([
    { name: "by itself", jvm: { heap: "100MB" }, memory: "2Gi", field: "spec.workers.jvm.heap" },
    { name: "by its share", jvm: { heapPercent: 10 }, memory: "2Gi", field: "spec.workers.jvm.heapPercent" },
    { name: "by its limit", jvm: {}, memory: "512Mi", field: "spec.workers.resources.limits.memory" },
    { name: "by its limit, whatever its share", jvm: { heapPercent: 10 }, memory: "512Mi", field: "spec.workers.resources.limits.memory" },
    { name: "by a limit that no number holds", jvm: {}, memory: "1e400", field: "spec.workers.resources.limits.memory" },
  ])("$name is told by the field that makes it so", ({ jvm, memory, field }) => {
    expect(violationsOf(manifest({ workers: { jvm, resources: { limits: { memory } } } })).map((found) => found.field)).toEqual([field]);
  });
});
