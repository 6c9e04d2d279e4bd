import { expect, test } from "vitest";
import { collectionPath, objectPath, withQuery } from "./paths.ts";

const POD = { apiVersion: "v1", kind: "Pod", plural: "pods", namespaced: true };
const NODE = { apiVersion: "v1", kind: "Node", plural: "nodes", namespaced: false };
const DEPLOYMENT = { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true };

test.each([
  [collectionPath(POD), "/api/v1/pods"],
  [collectionPath(POD, "n"), "/api/v1/namespaces/n/pods"],
  [collectionPath(NODE, "ignored"), "/api/v1/nodes"],
  [objectPath(DEPLOYMENT, { namespace: "n", name: "d" }, "status"), "/apis/apps/v1/namespaces/n/deployments/d/status"],
  [objectPath(NODE, { namespace: "", name: "a/../b" }), "/api/v1/nodes/a%2F..%2Fb"],
  [withQuery("/p", { a: "x=y,z", b: undefined, c: true }), "/p?a=x%3Dy%2Cz&c=true"],
  [withQuery("/p", {}), "/p"],
])("%s", (path, expected) => expect(path).toBe(expected));

test("a request for one object without its name or namespace is refused before it becomes one for all", () => {
  expect(() => objectPath(POD, { namespace: "n", name: "" })).toThrow("needs its name");
  expect(() => objectPath(POD, { namespace: "", name: "p" })).toThrow("needs its namespace");
});
