/**
 * Two operator processes at a time, on an API server of their own, whose leader is killed, stopped, frozen and cut off while it has
 * something to write all the time. Who wrote what, and when, is read from the API server's audit log: each process has a user of its own.
 */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isNotFound } from "../../src/runtime/api-error.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import { createClient } from "../../src/runtime/http-client.ts";
import { loadConnection } from "../../src/runtime/load-connection.ts";
import type { KubernetesObject } from "../../src/runtime/object.ts";
import { type ControlPlane, startControlPlane } from "../control-plane/control-plane.ts";
import { installOperator, kubectlOn, OPERATOR_NAMESPACE, startOperator } from "../control-plane/operator-process.ts";
import type { OwnedProcess } from "../control-plane/processes.ts";
import { type Relay, startRelay } from "../control-plane/relay.ts";
import { until as untilWithin } from "./api-server.ts";

/** One after the other leads; each is on standby when the one before it loses the lease. */
const USERS = ["killed", "stopped", "frozen", "cut-off", "last"] as const;
type User = (typeof USERS)[number];

const GROUP = "operators";
const NAMESPACE = "fire";
const CLUSTERS = ["one", "two", "three"];
/** A busy machine takes its time to start a process; what must be quick is judged by the audit log. */
const LONGEST_MS = 300_000;
const until = (what: string, condition: () => boolean | Promise<boolean>): Promise<void> => untilWithin(what, condition, LONGEST_MS);
const SERVICE = { apiVersion: "v1", kind: "Service", plural: "services", namespaced: true } as const;

let plane: ControlPlane;
let relay: Relay;
let client: ReturnType<typeof createClient>;
let stopLoad: () => Promise<void>;
const running = new Map<User, OwnedProcess>();

beforeAll(async () => {
  plane = await startControlPlane({ users: Object.fromEntries(USERS.map((user) => [user, [GROUP]])) });
  relay = await startRelay(plane.url);
  installOperator(plane);
  kubectlOn(plane, ["create", "clusterrolebinding", GROUP, "--clusterrole=trino-operator", `--group=${GROUP}`]);
  const lease = ["--role=trino-operator-leader-election", `--group=${GROUP}`, "--namespace", OPERATOR_NAMESPACE];
  kubectlOn(plane, ["create", "rolebinding", GROUP, ...lease]);
  kubectlOn(plane, ["create", "namespace", NAMESPACE]);
  const clusters = CLUSTERS.map((name) => ({
    apiVersion: "trino.trino-operator.io/v1alpha1",
    kind: "TrinoCluster",
    metadata: { name, namespace: NAMESPACE },
    spec: { version: 476 },
  }));
  kubectlOn(plane, ["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: clusters }));
  client = createClient(await loadConnection({ KUBECONFIG: plane.kubeconfig }, systemClock));
  stopLoad = startLoad();
});

afterAll(async () => {
  await stopLoad?.();
  client?.close();
  for (const operator of running.values()) operator.signal("SIGKILL");
  relay?.stop();
  await plane?.stop();
});

/** Takes the clusters' Services away, ten a second, so that whoever leads has something to make anew at any moment. */
function startLoad(): () => Promise<void> {
  const stop = new AbortController();
  const load = async (): Promise<void> => {
    for (let round = 0; !stop.signal.aborted; round++) {
      const name = { namespace: NAMESPACE, name: CLUSTERS[round % CLUSTERS.length] ?? "" };
      await client.delete(SERVICE, name).catch((error: unknown) => isNotFound(error) || Promise.reject(error));
      await sleep(100);
    }
  };
  const ended = load();
  return async () => {
    stop.abort();
    await ended;
  };
}

/** The Services for discovery are left alone. */
const isHeadless = ({ metadata }: KubernetesObject): boolean => !CLUSTERS.includes(metadata.name);

/** Starts an operator and waits until its caches are full: as a standby where another one leads. */
async function start(user: User, server = plane.url): Promise<OwnedProcess> {
  const log = join(dirname(plane.auditLog), `operator-${user}.log`);
  const operator = startOperator(await plane.kubeconfigFor(user, server, OPERATOR_NAMESPACE), log);
  running.set(user, operator);
  await until(`${user} has its caches`, async () => (await readFile(log, "utf8")).includes("caches synced"));
  return operator;
}

interface Write {
  readonly user: string;
  readonly what: string;
  readonly code: number;
  /** When the API server received it, in milliseconds since the epoch. */
  readonly at: number;
}

interface AuditEvent {
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string; readonly name?: string };
  readonly responseStatus?: { readonly code?: number };
  readonly requestReceivedTimestamp: string;
}

/** What the operators wrote, or tried to, in the order of the API server's answers. */
async function writes(): Promise<readonly Write[]> {
  const lines = (await readFile(plane.auditLog, "utf8")).split("\n").filter((line) => line.endsWith("}") && line.includes(`"${GROUP}"`));
  const events = lines.map((line) => JSON.parse(line) as AuditEvent).filter(({ verb }) => !["get", "list", "watch"].includes(verb));
  return events.map(({ verb, user, objectRef, responseStatus, requestReceivedTimestamp }) => ({
    user: user.username,
    what: `${verb} ${[objectRef?.resource, objectRef?.subresource].filter(Boolean).join("/")}`,
    code: responseStatus?.code ?? 0,
    at: Date.parse(requestReceivedTimestamp),
  }));
}

const isLease = ({ what }: Write): boolean => what.endsWith(" leases");
const isDone = ({ code }: Write): boolean => code < 300;

/** Waits until `user` has written something of a cluster, and returns how many seconds after `since` it had the lease, and wrote. */
async function actsAfter(user: User, since: number): Promise<{ readonly leads: number; readonly acts: number }> {
  const firstOf = async (kind: (write: Write) => boolean): Promise<number> => {
    let first: Write | undefined;
    await until(`${user} acts`, async () => {
      first = (await writes()).find((write) => write.user === user && kind(write) && isDone(write));
      return first !== undefined;
    });
    return ((first?.at ?? 0) - since) / 1000;
  };
  const acts = await firstOf((write) => !isLease(write));
  return { leads: await firstOf(isLease), acts };
}

/** What `old` still tried to write after `next` had the lease. */
async function afterLoss(old: User, next: User): Promise<readonly Write[]> {
  const all = await writes();
  const taken = all.find((write) => write.user === next && isLease(write) && isDone(write))?.at ?? 0;
  expect(taken).toBeGreaterThan(0);
  return all.filter(({ user, at }) => user === old && at > taken);
}

function report(what: string, { leads, acts }: { readonly leads: number; readonly acts: number }, late: readonly Write[] = []): void {
  const told = late.map((write) => `${write.what} ${write.code}`).join(", ");
  process.stdout.write(
    `    ${what}: the next one leads after ${leads.toFixed(1)} s and acts after ${acts.toFixed(1)} s; late: ${told || "nothing"}\n`,
  );
}

test("a leader that is killed is followed within 17 s", async () => {
  const leader = await start("killed");
  await actsAfter("killed", 0);
  await start("stopped");
  const since = Date.now();
  leader.signal("SIGKILL");
  const after = await actsAfter("stopped", since);
  report("killed", after);
  expect(after.acts).toBeLessThanOrEqual(17);
});

test("a leader that is stopped is followed within 2 s", async () => {
  await start("frozen");
  const since = Date.now();
  const [, after] = await Promise.all([running.get("stopped")?.stop(), actsAfter("frozen", since)]);
  const late = await afterLoss("stopped", "frozen");
  report("stopped", after, late);
  expect(after.acts).toBeLessThanOrEqual(2);
  expect(late).toEqual([]);
});

test("a leader that is frozen past its lease writes nothing when it goes on but what was under way", async () => {
  await start("cut-off", relay.url);
  const frozen = running.get("frozen");
  const since = Date.now();
  frozen?.signal("SIGSTOP");
  const after = await actsAfter("cut-off", since);
  frozen?.signal("SIGCONT");
  await until("the old leader has gone", () => frozen?.hasEnded() ?? true);
  const late = await afterLoss("frozen", "cut-off");
  report("frozen", after, late);
  expect(after.acts).toBeLessThanOrEqual(17);
  expect(late.filter((write) => !isLease(write)).length).toBeLessThanOrEqual(1);
  expect(late.filter(isLease).filter(isDone)).toEqual([]);
});

test("of a leader that is cut off, one write for each cluster can arrive late, and only when the network held it back", async () => {
  await start("last");
  const since = Date.now();
  // First the leader still hears of what goes, so that it has something on its way: a repair, or the next renewal.
  relay.cut("requests");
  await until("nobody makes the Services anew", async () => (await client.list(SERVICE, { namespace: NAMESPACE })).every(isHeadless));
  relay.cut("both");
  const after = await actsAfter("last", since);
  await until("the old leader has gone", () => running.get("cut-off")?.hasEnded() ?? true);
  relay.heal();
  await until("what was held has come to its end", relay.isIdle);
  const late = await afterLoss("cut-off", "last");
  report("cut off", after, late);
  expect(after.acts).toBeLessThanOrEqual(17);
  expect(late.filter(isLease).filter(isDone)).toEqual([]);
  // What the new leader writes, too: whoever comes last, the Service is the same.
  const others = late.filter((write) => !isLease(write));
  expect(others.length).toBeLessThanOrEqual(CLUSTERS.length);
  expect(others.filter(({ what }) => what !== "patch services")).toEqual([]);
});
