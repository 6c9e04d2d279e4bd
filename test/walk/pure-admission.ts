/** What the API server would take, without one: values by the zod schema, rules by a CEL library, defaults as Kubernetes fills them in. */
import { structural } from "../../hack/generate/structural.ts";
import { type TrinoCluster, trinoCluster } from "../../src/api/v1alpha1/trino-cluster.ts";
import { brokenRules, withDefaults } from "../crd/judge.ts";
import { objectOf } from "./admission.ts";

const schema = structural(trinoCluster);

/** The object of a spec, or undefined where it is refused; `was` is the spec before. */
export function admittedObject(spec: unknown, was?: unknown): TrinoCluster | undefined {
  const object = withDefaults(schema, objectOf(spec, "shop")) as TrinoCluster;
  if (!trinoCluster.safeParse(object).success) return undefined;
  const before = was === undefined ? undefined : withDefaults(schema, objectOf(was, "shop"));
  return brokenRules(schema, object, before).length === 0 ? object : undefined;
}
