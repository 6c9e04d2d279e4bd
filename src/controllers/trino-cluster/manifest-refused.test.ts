import { describe, expect, it } from "vitest";
import { ApiError } from "../../runtime/api-error.ts";
import { ObjectRefused, toldOfRefusal } from "../../runtime/object-refused.ts";
import type { Manifest } from "../../trino/resources.ts";
import { SpecInvalid } from "../../trino/violation.ts";
import { refusedInWords } from "./manifest-refused.ts";

const REQUEST = { method: "PATCH", path: "/x" };

function manifest(kind: string, component: string): Manifest {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "orders-x", namespace: "shop", labels: { "app.kubernetes.io/component": component } },
  };
}

/** What the status would tell of an object that the API server refuses. */
async function told(object: Manifest, answer: ApiError, component?: string): Promise<unknown> {
  const name = { namespace: "shop", name: object.metadata.name };
  const write = (): Promise<never> => toldOfRefusal(object, name, () => Promise.reject(answer));
  return refusedInWords(object, component, write).catch((error: unknown) => (error instanceof SpecInvalid ? error.violations : error));
}

function invalid(field: string, message = "Required value"): ApiError {
  return new ApiError({ reason: "Invalid", details: { causes: [{ field, message }] } }, { ...REQUEST, code: 422 });
}

describe("what Kubernetes refuses is told by the field of the spec that made it so:", () => {
  it.each([
    { kind: "Deployment", component: "worker", refused: "spec.template.spec.tolerations[0].operator", field: "spec.workers.tolerations" },
    { kind: "Deployment", component: "worker", refused: "spec.template.spec.containers[0].env[3].valueFrom", field: "spec.workers.env" },
    { kind: "Deployment", component: "worker", refused: "spec.template.spec.containers[0].stdin", field: "spec.workers.podTemplate" },
    { kind: "Deployment", component: "worker", refused: "spec.template.spec.containers[1].image", field: "spec.workers.sidecars" },
    { kind: "Deployment", component: "worker", refused: "spec.template.labels", field: "spec.workers.podLabels" },
    {
      kind: "StatefulSet",
      component: "coordinator",
      refused: "spec.template.spec.imagePullSecrets[0].name",
      field: "spec.image.pullSecrets",
    },
    { kind: "StatefulSet", component: "coordinator", refused: "spec.template.annotations", field: "spec.coordinator.podAnnotations" },
    { kind: "StatefulSet", component: "coordinator", refused: "spec.template.spec.hostNetwork", field: "spec.coordinator.podTemplate" },
    {
      kind: "StatefulSet",
      component: "metastore-db",
      refused: "spec.template.spec.tolerations[0].key",
      field: "spec.hiveMetastore.podTemplate",
    },
    {
      kind: "Deployment",
      component: "metastore",
      refused: "spec.template.spec.containers[0].resources.limits",
      field: "spec.hiveMetastore.resources",
    },
    { kind: "Service", component: "coordinator", refused: "metadata.annotations", field: "spec.service.annotations" },
    { kind: "ConfigMap", component: "worker", refused: "data", field: "spec.workers" },
  ])("$refused of a $component's $kind is $field", async ({ kind, component, refused, field }) => {
    expect(await told(manifest(kind, component), invalid(refused))).toEqual([
      {
        field,
        problem: `Kubernetes refuses ${refused} of ${kind} orders-x: Required value.`,
        cure: expect.stringMatching(/^(Correct it there(, or in .*podTemplate)?|Make the files .*)\.$/),
        waiting: false,
      },
    ]);
  });

  it("a pod of a preflight is one of the role that it is for", async () => {
    const found = await told(manifest("Pod", "preflight"), invalid("spec.containers[0].volumeMounts[5].name"), "worker");
    expect(found).toMatchObject([{ field: "spec.workers.volumeMounts" }]);
  });

  it.each([
    { path: ".spec.template.spec.hostNetworks", field: "spec.workers.podTemplate" },
    { path: '.spec.template.spec.containers[name="a.b"].images', field: "spec.workers.sidecars" },
    { path: '.spec.template.spec.volumes[name="scratch"].emptyDirs', field: "spec.workers.volumes" },
  ])("an unknown field, which server-side apply answers with 500: $path", async ({ path, field }) => {
    const message = `failed to create typed patch object (shop/orders-x; apps/v1, Kind=Deployment): ${path}: field not declared in schema`;
    expect(await told(manifest("Deployment", "worker"), new ApiError({ message }, { ...REQUEST, code: 500 }))).toEqual([
      expect.objectContaining({ field, problem: expect.stringContaining(`${path.slice(1)} of Deployment orders-x: field not declared`) }),
    ]);
  });
});

describe("what is not the spec's fault", () => {
  it.each([
    { name: "a field that cannot be changed", kind: "StatefulSet", component: "coordinator", refused: "spec" },
    { name: "the template of a Job", kind: "Job", component: "metastore-schema", refused: "spec.template" },
    { name: "another part of a Service", kind: "Service", component: "coordinator", refused: "spec.clusterIPs[0]" },
  ])("$name stays an error", async ({ kind, component, refused }) => {
    expect(await told(manifest(kind, component), invalid(refused))).toBeInstanceOf(ObjectRefused);
  });

  it("another answer stays what it is", async () => {
    const error = new ApiError({ message: "etcdserver: request timed out" }, { ...REQUEST, code: 500 });
    expect(await told(manifest("Deployment", "worker"), error)).toBe(error);
  });
});
