import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loadInCluster } from "./in-cluster.ts";
import { loadConnection } from "./load-connection.ts";
import { createManualClock } from "./manual-clock.ts";

const ENVIRONMENT = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };

async function newServiceAccount() {
  const folder = await mkdtemp(join(tmpdir(), "service-account-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const write = (file: string, text: string) => writeFile(join(folder, file), text);
  await Promise.all([write("token", "one\n"), write("ca.crt", "CA 1"), write("namespace", "operators\n")]);
  const clock = createManualClock();
  return { write, clock, connection: await loadInCluster(ENVIRONMENT, { clock, folder }) };
}

test("a pod's service account gives server, namespace, token and CA", async () => {
  const { connection } = await newServiceAccount();
  expect([connection.server.href, connection.namespace, connection.inCluster]).toEqual(["https://[fd00::1]:6443/", "operators", true]);
  expect(await connection.credentials()).toEqual({ tls: { ca: "CA 1" }, authorization: "Bearer one" });
});

test("SERVICE_ACCOUNT_DIRECTORY names another place for the files", async () => {
  const folder = await mkdtemp(join(tmpdir(), "service-account-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const file of ["token", "ca.crt", "namespace"]) await writeFile(join(folder, file), `${file} of mine`);
  const connection = await loadConnection({ ...ENVIRONMENT, SERVICE_ACCOUNT_DIRECTORY: folder }, createManualClock());
  expect([connection.namespace, (await connection.credentials()).authorization]).toEqual(["namespace of mine", "Bearer token of mine"]);
});

test("a rotated token is taken within a minute, without new connections", async () => {
  const { connection, clock, write } = await newServiceAccount();
  const before = await connection.credentials();
  await write("token", "two");
  await clock.advance(59_000);
  expect(await connection.credentials()).toBe(before);
  await clock.advance(1_000);
  const after = await connection.credentials();
  expect(after.authorization).toBe("Bearer two");
  expect(after.tls).toBe(before.tls);
});

test("a rotated token is taken at once after a 401, and a rotated CA makes new TLS material", async () => {
  const { connection, write } = await newServiceAccount();
  const before = await connection.credentials();
  await Promise.all([write("token", "two"), write("ca.crt", "CA 2")]);
  connection.invalidate();
  const after = await connection.credentials();
  expect(after).toEqual({ tls: { ca: "CA 2" }, authorization: "Bearer two" });
  expect(after.tls).not.toBe(before.tls);
});

test("outside a pod and without a kubeconfig it says what is missing", async () => {
  await expect(loadConnection({ KUBECONFIG: "/nonexistent/kubeconfig" }, createManualClock())).rejects.toThrow("/nonexistent/kubeconfig");
});
