import { expect, test } from "vitest";
import { createEventRecorder, EVENT } from "../../src/runtime/events.ts";
import { silentLogger } from "../../src/runtime/logger.ts";
import { createManualClock } from "../../src/runtime/manual-clock.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import { CONFIG_MAP, newNamespace } from "./api-server.ts";

test("an event is written once, its repeats become a series, and a long note is cut", async () => {
  const { client, configMap, namespace } = await newNamespace();
  const regarding = await client.create(CONFIG_MAP, configMap("a"));
  const clock = createManualClock(Date.now());
  const recorder = createEventRecorder(client, { controller: "example.com/test", instance: "pod-1", logger: silentLogger, clock });
  const event = { regarding, type: "Warning", reason: "Broken", action: "Looking", note: "€".repeat(1_000) } as const;
  for (let times = 0; times < 10; times++) recorder.record(event);
  await clock.advance(31_000);
  recorder.record(event);
  await recorder.flush();
  const events = await client.list<KubernetesObject & { note?: string; series?: { count: number } }>(EVENT, { namespace });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    regarding: { kind: "ConfigMap", name: "a", uid: regarding.metadata.uid },
    reason: "Broken",
    type: "Warning",
    series: { count: 11 },
  });
  expect(events[0]?.note?.endsWith("€…")).toBe(true);
  expect(Buffer.byteLength(events[0]?.note ?? "")).toBeLessThanOrEqual(1024);
});
