import { describe, expect, it } from "vitest";
import { podProblem, refusalIn } from "./pod-problem.ts";

const crashed = (exitCode: number, message = "") => ({
  containerStatuses: [
    {
      name: "trino",
      ready: false,
      restartCount: 2,
      state: { waiting: { reason: "CrashLoopBackOff" } },
      lastState: { terminated: { exitCode, message } },
    },
  ],
});

describe("podProblem", () => {
  it.each([
    {
      name: "has nothing to say of a pod that starts",
      status: { phase: "Pending", containerStatuses: [{ name: "trino", state: { waiting: { reason: "ContainerCreating" } } }] },
      reason: undefined,
    },
    {
      name: "tells the scheduler's reason",
      status: {
        conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/1 nodes: Insufficient memory" }],
      },
      reason: "Unschedulable",
    },
    {
      name: "tells that an image cannot be pulled",
      status: { containerStatuses: [{ name: "trino", state: { waiting: { reason: "ImagePullBackOff", message: "not found" } } }] },
      reason: "ImagePullFailed",
    },
    { name: "tells a JVM that did not start", status: crashed(1), reason: "ProcessFailed" },
    { name: "tells a heap that ran out", status: crashed(3), reason: "HeapExhausted" },
    { name: "tells a refused configuration", status: crashed(100), reason: "ConfigurationRefused" },
    { name: "tells an eviction", status: { phase: "Failed", reason: "Evicted" }, reason: "Evicted" },
    {
      name: "looks at init containers too",
      status: { initContainerStatuses: [{ name: "drivers", state: { waiting: { reason: "ErrImagePull" } } }] },
      reason: "ImagePullFailed",
    },
    {
      name: "forgets an earlier exit when the container is ready",
      status: { containerStatuses: [{ name: "trino", ready: true, lastState: { terminated: { exitCode: 1 } } }] },
      reason: undefined,
    },
    { name: "takes a drained worker's exit for what it is", status: crashed(0), reason: undefined },
  ])("$name", ({ status, reason }) => {
    expect(podProblem("orders-worker-1", status)?.reason).toBe(reason);
  });

  it("names the property but never its value", () => {
    const log = "1) Error: Invalid value 'hunter2' for type int (property 'task.concurrency') [class X]";
    const message = podProblem("p", crashed(100, log))?.message;
    expect(message).toContain("task.concurrency");
    expect(message).not.toContain("hunter2");
  });
});

describe("refusalIn", () => {
  it.each([
    {
      line: "1) Configuration property 'web-ui.bogus' was not used",
      expected: "property web-ui.bogus is not known to this version and role",
    },
    {
      line: "Error: Defunct property 'discovery-server.enabled' (class [class X]) cannot be configured.",
      expected: "property discovery-server.enabled was removed in this version",
    },
    {
      line: "Invalid configuration property node.environment: should match [a-z0-9][_a-z0-9]*",
      expected: "property node.environment has an invalid value",
    },
    {
      line: "Invalid memory configuration. The sum of max query memory per node",
      expected: "per-node query memory and headroom are more than the heap",
    },
    { line: "Environment variable is not set: LAKE_KEY", expected: "environment variable LAKE_KEY is not set" },
    { line: "java.lang.IllegalStateException: something else", expected: undefined },
  ])("reads: $line", ({ line, expected }) => {
    expect(refusalIn(`2026-01-01 ERROR main x\n${line}\nmore`)).toBe(expected);
  });
});
