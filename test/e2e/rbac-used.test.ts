/**
 * What the operator may do is what it does: over all tests before this one nothing was refused to it, and each right was needed.
 * Runs after the others, by the order in harness/test-order.ts; where only some files run, it asks for no use.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { type AuditedRequest, requestsOfUsers, summaryOf } from "./harness/audit-log.ts";
import { REPOSITORY } from "./harness/make.ts";
import { sayWhereNoAuditLogIs } from "./harness/needs-audit-log.ts";
import { RARE_RIGHTS } from "./harness/rare-rights.ts";
import { compare, grantedBy, usedBy } from "./harness/rbac-usage.ts";
import { isLocalCluster } from "./harness/target.ts";

/** Also that of namespaced.test.ts, in its own namespace. */
const OPERATORS = /^system:serviceaccount:[^:]+:trino-operator$/u;

sayWhereNoAuditLogIs();

describe.skipIf(!isLocalCluster())("the operator's rights", () => {
  let requests: readonly AuditedRequest[];
  const role = async (file: string): Promise<ReadonlySet<string>> =>
    grantedBy(await readFile(join(REPOSITORY, "config/rbac", file), "utf8"));

  beforeAll(async () => {
    requests = await requestsOfUsers(OPERATORS, inject("suiteStart"));
  });

  it("were enough for every request", () => {
    expect(summaryOf(requests.filter(({ allowed }) => !allowed))).toBe("none");
  });

  it("were each needed, or are of the rare ones that a contract test needs", async ({ skip }) => {
    skip(!inject("wholeSuite"), "only the whole suite uses every right, and a part of it was run");
    const granted = new Set([...(await role("role.yaml")), ...(await role("leader_election_role.yaml"))]);
    expect(compare(granted, { used: usedBy(requests), rare: RARE_RIGHTS }).unused).toEqual([]);
  });

  it("are the same in one namespace, but for those on objects that belong to none", async () => {
    const [everywhere, inNamespace] = [await role("role.yaml"), await role("namespaced/role.yaml")];
    expect([...everywhere].filter((each) => !inNamespace.has(each))).toEqual(["get nodes"]);
    expect([...inNamespace].filter((each) => !everywhere.has(each))).toEqual([]);
  });
});
