/** What a real API server cannot be asked to do; that it takes our events is proved in test/contract. */
import { expect, test } from "vitest";
import { ApiError } from "./api-error.ts";
import type { Client } from "./client.ts";
import { createEventRecorder } from "./events.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { createManualClock } from "./manual-clock.ts";
import type { KubernetesObject } from "./object.ts";

const regarding: KubernetesObject = { apiVersion: "v1", kind: "Thing", metadata: { namespace: "n", name: "a", uid: "1" } };
const event = (note: string) => ({ regarding, type: "Normal", reason: "Done", action: "Doing", note }) as const;

function start(send: () => Promise<unknown> = () => Promise.resolve()) {
  const clock = createManualClock();
  const sent: string[] = [];
  const warnings: string[] = [];
  const note = (verb: string) => {
    sent.push(verb);
    return send();
  };
  const client = { create: () => note("create"), mergePatch: () => note("patch") } as unknown as Client;
  const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
  return { clock, sent, warnings, recorder: createEventRecorder(client, { controller: "c", instance: "i", logger, clock }) };
}

test("one object gets 25 different events at once, then one in five minutes", async () => {
  const { clock, sent, recorder } = start();
  for (let index = 0; index < 100; index++) recorder.record(event(`note ${index}`));
  await recorder.flush();
  expect(sent).toHaveLength(25);
  await clock.advance(300_000);
  recorder.record(event("later"));
  recorder.record(event("too much"));
  await recorder.flush();
  expect(sent).toHaveLength(26);
});

test("a repeat is written once at first, then at most every half minute, and after six minutes it is news again", async () => {
  const { clock, sent, recorder } = start();
  for (let second = 0; second < 60; second++) {
    recorder.record(event("same"));
    await clock.advance(1_000);
  }
  await recorder.flush();
  expect(sent).toEqual(["create", "patch", "patch"]);
  await clock.advance(360_000);
  recorder.record(event("same"));
  await recorder.flush();
  expect(sent.at(-1)).toBe("create");
});

test("a failure is logged once until it works again, and stops nobody", async () => {
  const broken = { value: true };
  const { recorder, warnings } = start(() => (broken.value ? Promise.reject(new Error("no")) : Promise.resolve()));
  for (let index = 0; index < 5; index++) recorder.record(event(`a${index}`));
  await recorder.flush();
  expect(warnings).toEqual(["cannot write events"]);
  broken.value = false;
  recorder.record(event("b"));
  await recorder.flush();
  broken.value = true;
  recorder.record(event("c"));
  await recorder.flush();
  expect(warnings).toHaveLength(2);
});

test("a namespace that is being deleted takes no events, which is no news", async () => {
  const terminating = { details: { causes: [{ reason: "NamespaceTerminating" }] } };
  const { recorder, warnings } = start(() => Promise.reject(new ApiError(terminating, { method: "POST", path: "/", code: 403 })));
  recorder.record(event("a"));
  await recorder.flush();
  expect(warnings).toEqual([]);
});

test("a server that never answers costs a bounded amount of memory", async () => {
  const { sent, recorder } = start(() => new Promise(() => {}));
  for (let index = 0; index < 5_000; index++) {
    recorder.record({ ...event("x"), regarding: { ...regarding, metadata: { ...regarding.metadata, uid: String(index) } } });
  }
  await Promise.resolve();
  expect(sent.length).toBeLessThanOrEqual(1);
});
