import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RARE_RIGHTS } from "./rare-rights.ts";
import { compare, grantedBy, usedBy } from "./rbac-usage.ts";

const MANIFEST = `
rules:
  - {apiGroups: [""], resources: [pods, services], verbs: [get]}
  - {apiGroups: [apps], resources: [deployments/scale], verbs: [get, patch]}
`;
const request = { verb: "get", resource: "pods", group: "", code: 200 };

describe("the rights that are granted and used", () => {
  it("are each verb on each resource of each rule, as kubectl writes them", () => {
    expect([...grantedBy(MANIFEST)]).toEqual(["get pods", "get services", "get deployments.apps/scale", "patch deployments.apps/scale"]);
  });

  it("are needed by requests, and an apply that makes something needs create too", () => {
    expect([...usedBy([request, { ...request, code: 404 }])]).toEqual(["get pods"]);
    const apply = { verb: "patch", resource: "deployments", group: "apps" };
    expect([...usedBy([{ ...apply, code: 200 }])]).toEqual(["patch deployments.apps"]);
    expect([...usedBy([{ ...apply, code: 201 }])]).toEqual(["patch deployments.apps", "create deployments.apps"]);
  });

  it("differ by what nobody used and is not rare, and by what is rare and not granted", () => {
    const rare = new Set(["get services", "delete pods"]);
    expect(compare(grantedBy(MANIFEST), { used: usedBy([request]), rare })).toEqual({
      unused: ["get deployments.apps/scale", "patch deployments.apps/scale"],
      notGranted: ["delete pods"],
    });
  });

  it("have among the rare ones none that the operator does not have", () => {
    const role = readFileSync(join(import.meta.dirname, "../../../config/rbac/role.yaml"), "utf8");
    expect(compare(grantedBy(role), { used: new Set(), rare: RARE_RIGHTS }).notGranted).toEqual([]);
  });
});
