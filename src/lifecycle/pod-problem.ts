/**
 * Why does a pod not run? Pure: from a Pod's status to one sentence.
 *
 * Trino prints the reason of a refused configuration and exits with 100; the kubelet keeps the end of that log in the
 * container's termination message. Only names of properties are taken from it: the lines may hold secret values.
 */
import type { PodProblem } from "./observation.ts";
import type { Reason } from "./reasons.ts";

/** The part of a Pod's status that tells about problems. Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export interface PodStatusView {
  readonly phase?: string;
  readonly reason?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string }[];
  readonly initContainerStatuses?: readonly ContainerStatusView[];
  readonly containerStatuses?: readonly ContainerStatusView[];
}

/** The part of a container's status that tells about problems. */
export interface ContainerStatusView {
  readonly name: string;
  readonly restartCount?: number;
  readonly ready?: boolean;
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
}

interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: object;
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
}

/** Waiting reasons that need a person or another try, with what they mean. Source: the kubelet's `kuberuntime` and `images` packages. */
const WAITING_PROBLEMS: Readonly<Record<string, Reason>> = {
  ErrImagePull: "ImagePullFailed",
  ImagePullBackOff: "ImagePullFailed",
  ErrImageNeverPull: "ImagePullFailed",
  InvalidImageName: "ImagePullFailed",
  CreateContainerConfigError: "ContainerConfigInvalid",
  CreateContainerError: "ContainerConfigInvalid",
  RunContainerError: "ContainerConfigInvalid",
};

/** Exit codes of Trino's JVM and what they say. Source: https://trino.io/docs/current/installation/deployment.html and the JVM's own codes. */
const EXIT_CODES: Readonly<Record<number, { readonly reason: Reason; readonly text: string }>> = {
  1: { reason: "ProcessFailed", text: "the JVM did not start: a JVM flag that this Java version refuses is the usual cause" },
  3: { reason: "HeapExhausted", text: "it ran out of Java heap; give it more memory" },
  100: { reason: "ConfigurationRefused", text: "Trino refused its configuration" },
  137: { reason: "Killed", text: "it was killed: out of memory, or a liveness probe that failed" },
};

/** Lines in which Trino names the property that it refuses, for each the way to say it without the value. */
const REFUSALS: readonly { readonly pattern: RegExp; readonly text: (property: string) => string }[] = [
  { pattern: /Configuration property '([^']+)' was not used/, text: (name) => `property ${name} is not known to this version and role` },
  { pattern: /Defunct property '([^']+)'/, text: (name) => `property ${name} was removed in this version` },
  { pattern: /Invalid configuration property ([^\s:]+)/, text: (name) => `property ${name} has an invalid value` },
  { pattern: /Invalid value '[^']*' for type \S+ \(property '([^']+)'\)/, text: (name) => `property ${name} has an invalid value` },
  { pattern: /[Cc]ould not coerce value '[^']*' to \S+ \(property '([^']+)'\)/, text: (name) => `property ${name} has an invalid value` },
  { pattern: /\(property '?([\w.-]+)'?\)/, text: (name) => `property ${name} has an invalid value` },
  { pattern: /Configuration property '([^']+)'(?: \(=[^)]*\))? conflicts with/, text: (name) => `property ${name} conflicts with another` },
  { pattern: /(Invalid memory configuration)/, text: () => "per-node query memory and headroom are more than the heap" },
  { pattern: /Environment variable is not set: (\w+)/, text: (name) => `environment variable ${name} is not set` },
  { pattern: /No factory for connector '?([\w-]+)'?/, text: (name) => `connector ${name} is not in this image` },
];

const MAX_NAME = 120;

/** What Trino's last words say about its configuration: names only. Undefined when nothing is recognised. */
export function refusalIn(log: string): string | undefined {
  const found = new Set<string>();
  for (const line of log.split("\n")) {
    const refusal = REFUSALS.map(({ pattern, text }) => ({ match: pattern.exec(line), text })).find(({ match }) => match !== null);
    if (refusal?.match) found.add(refusal.text((refusal.match[1] ?? "").slice(0, MAX_NAME)));
  }
  return found.size > 0 ? [...found].slice(0, 5).join("; ") : undefined;
}

/** The problem of a pod, or undefined when it runs or is simply on its way. */
export function podProblem(name: string, status: PodStatusView): PodProblem | undefined {
  const ended = evicted(name, status);
  // A pod that ended for good says why itself when its node took it away; else its container does.
  return unschedulable(name, status) ?? (status.reason === undefined ? undefined : ended) ?? containerProblem(name, status) ?? ended;
}

function unschedulable(name: string, status: PodStatusView): PodProblem | undefined {
  const scheduled = status.conditions?.find((condition) => condition.type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  return { reason: scheduled.reason ?? "Unschedulable", message: `pod ${name} is not scheduled: ${scheduled.message ?? "no node fits"}` };
}

function evicted(name: string, status: PodStatusView): PodProblem | undefined {
  if (status.phase !== "Failed") return undefined;
  return { reason: status.reason ?? "PodFailed", message: `pod ${name} failed${status.reason ? ` (${status.reason})` : ""}` };
}

function containerProblem(name: string, status: PodStatusView): PodProblem | undefined {
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const problem = waitingProblem(name, container) ?? exitProblem(name, container);
    if (problem) return problem;
  }
  return undefined;
}

function waitingProblem(pod: string, container: ContainerStatusView): PodProblem | undefined {
  const waiting = container.state?.waiting;
  const reason = waiting?.reason === undefined ? undefined : WAITING_PROBLEMS[waiting.reason];
  if (reason === undefined) return undefined;
  return { reason, message: `pod ${pod}, container ${container.name}: ${waiting?.reason}: ${waiting?.message ?? "no details"}` };
}

function exitProblem(pod: string, container: ContainerStatusView): PodProblem | undefined {
  if (container.ready) return undefined;
  const terminated = container.state?.terminated ?? container.lastState?.terminated;
  if (!terminated || terminated.exitCode === 0) return undefined;
  const known = terminated.reason === "OOMKilled" ? OOM_KILLED : EXIT_CODES[terminated.exitCode];
  const refusal = terminated.exitCode === 100 ? refusalIn(terminated.message ?? "") : undefined;
  const text = refusal ?? known?.text ?? "it keeps failing; its log tells why";
  return {
    reason: known?.reason ?? "CrashLoopBackOff",
    message: `pod ${pod}, container ${container.name} exited with ${terminated.exitCode} (${container.restartCount ?? 0} restarts): ${text}`,
  };
}

const OOM_KILLED = { reason: "OOMKilled", text: "it used more memory than its limit; raise the limit or lower the heap" } as const;
