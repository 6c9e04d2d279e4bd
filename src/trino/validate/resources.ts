/** Requests and limits of a container. Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ */
import type { Resources } from "../../api/v1alpha1/types.ts";
import type { Role } from "../cluster.ts";
import { parseQuantity } from "../units/quantity.ts";
import type { Findings } from "./findings.ts";

/**
 * Requests and limits, memory request = limit. The default request of CPU never exceeds a limit that the user sets.
 * Nothing is said about a memory limit that is no quantity; `parseLimit` does that.
 */
export function parseResources(
  field: string,
  { spec, defaults }: { readonly spec: Resources; readonly defaults: { readonly cpu: string; readonly memory: string } },
  findings: Findings,
): Role["resources"] {
  const memory = String(spec.limits?.["memory"] ?? spec.requests?.["memory"] ?? defaults.memory);
  const given = { requests: strings(spec.requests), limits: strings(spec.limits) };
  checkMemoryRequest(field, { request: given.requests["memory"], limit: memory }, findings);
  for (const [name, request] of Object.entries(given.requests)) {
    if (name !== "memory") checkRequest(`${field}.resources.requests.${name}`, { request, limit: given.limits[name] }, findings);
  }
  const cpu = exceeds(defaults.cpu, given.limits["cpu"]) ? (given.limits["cpu"] ?? defaults.cpu) : defaults.cpu;
  return { requests: { cpu, ...given.requests, memory }, limits: { ...given.limits, memory } };
}

function checkMemoryRequest(
  field: string,
  { request, limit }: { readonly request: string | undefined; readonly limit: string },
  findings: Findings,
): void {
  if (request === undefined || parseQuantity(request) === parseQuantity(limit)) return;
  findings.warn(
    `${field}.resources.requests.memory is ${request}, but as much as the limit is requested, ${limit}: Trino fills its heap. Remove the request, or make both equal.`,
  );
}

/** Kubernetes refuses the pod otherwise. */
function checkRequest(
  field: string,
  { request, limit }: { readonly request: string; readonly limit: string | undefined },
  findings: Findings,
): void {
  if (!exceeds(request, limit)) return;
  findings.refuse(field, `A request of ${request} is more than the limit of ${limit}.`, "Lower the request, or raise the limit.");
}

function exceeds(request: string, limit: string | undefined): boolean {
  return limit !== undefined && (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? Number.POSITIVE_INFINITY);
}

function strings(quantities: Readonly<Record<string, number | string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, String(quantity)]));
}
