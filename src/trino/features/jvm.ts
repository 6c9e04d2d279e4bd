/** jvm.config by Trino version and heap. Source: https://trino.io/docs/current/installation/deployment.html#jvm-config */
import type { Cluster, Role, RoleName } from "../cluster.ts";
import { type Feature, roleOf } from "../feature.ts";
import { GIBIBYTE, MEBIBYTE } from "../units/data-size.ts";

/** An argument and the versions that want it: `from` and `until` are both inclusive. */
interface JvmArgument {
  readonly argument: string;
  readonly from?: number;
  readonly until?: number;
}

/**
 * Arguments that do not depend on the heap. Those that a JDK from 24 on needs are added by Trino's own launcher.
 * No heap dump: it would fill the node's disk and keep a dead node from restarting for minutes; `jvm.extraArguments` can ask for one.
 */
const ARGUMENTS: readonly JvmArgument[] = [
  { argument: "-XX:+ExitOnOutOfMemoryError" },
  { argument: "-XX:-OmitStackTraceInFastThrow" },
  { argument: "-XX:PerMethodRecompilationCutoff=10000" },
  { argument: "-XX:PerBytecodeRecompilationCutoff=10000" },
  { argument: "-Djdk.attach.allowAttachSelf=true" },
  { argument: "-Djdk.nio.maxCachedBufferSize=2000000" },
  // A coordinator that was restarted has another address: do not remember the old one for the JVM's 30 s.
  { argument: "-Dsun.net.inetaddr.ttl=5" },
  { argument: "-Dfile.encoding=UTF-8", until: 479 },
  { argument: "-XX:+EnableDynamicAgentLoading", from: 440, until: 479 },
  // JDK 24, which the image has from 474 on, refuses to start with a security manager.
  { argument: "-Djava.security.manager=allow", from: 464, until: 473 },
  { argument: "--add-modules=jdk.incubator.vector", from: 479 },
];

/** Arguments that only mean something with the garbage collector that Trino is made for. */
const G1_ARGUMENTS: readonly JvmArgument[] = [
  { argument: "-XX:+UseG1GC" },
  { argument: "-XX:+ExplicitGCInvokesConcurrent" },
  { argument: "-XX:+UnlockDiagnosticVMOptions", until: 463 },
  { argument: "-XX:GCLockerRetryAllocationCount=32", until: 446 },
  // JDK-8329528: without it 449 to 463 refuse a JDK older than 22.0.2.
  { argument: "-XX:G1NumCollectionsKeepPinned=10000000", from: 449, until: 463 },
];

/** G1 wants about a hundred regions at least, and large ones for Trino's large pages. */
const REGION_SIZES: readonly { readonly heapFrom: number; readonly region: string }[] = [
  { heapFrom: 16 * GIBIBYTE, region: "32M" },
  { heapFrom: 8 * GIBIBYTE, region: "16M" },
  { heapFrom: 2 * GIBIBYTE, region: "8M" },
  { heapFrom: 0, region: "4M" },
];

const LARGE_HEAP = 8 * GIBIBYTE;

/** The operator's own arguments; what the user adds comes after them and what the user removes is left out. */
export const jvm: Feature = {
  name: "jvm",
  layer: "feature",
  contribute: (cluster, roleName) => {
    const role = roleOf(cluster, roleName);
    return { jvm: jvmArguments(cluster.version, role).filter((argument) => !role.jvm.remove.includes(argument)) };
  },
};

/** What the user adds, as it stands. */
export const extraJvmArguments: Feature = {
  name: "extra-jvm-arguments",
  layer: "override",
  contribute: (cluster, role) => ({ jvm: roleOf(cluster, role).jvm.add }),
};

/** What the user removes though it is none of the operator's arguments for this version. */
export function removedInVain(cluster: Cluster, roleName: RoleName): readonly string[] {
  const role = roleOf(cluster, roleName);
  const present = jvmArguments(cluster.version, role);
  return role.jvm.remove.filter((argument) => !present.includes(argument));
}

/** The operator's arguments for a version and a role. The heap is committed at once: memory is reserved for it anyway. */
function jvmArguments(version: number, role: Pick<Role, "memory" | "jvm">): readonly string[] {
  const heap = `${Math.floor(role.memory.heap / MEBIBYTE)}m`;
  const ownCollector = role.jvm.add.some((argument) => /^-XX:\+Use\w+GC$/.test(argument));
  return [
    "-server",
    `-Xms${heap}`,
    `-Xmx${heap}`,
    ...(ownCollector ? [] : [...argumentsFor(version, G1_ARGUMENTS), `-XX:G1HeapRegionSize=${regionSize(role.memory.heap)}`]),
    `-XX:ReservedCodeCacheSize=${role.memory.heap >= LARGE_HEAP ? "512M" : "256M"}`,
    ...argumentsFor(version, ARGUMENTS),
  ];
}

function argumentsFor(version: number, table: readonly JvmArgument[]): readonly string[] {
  return table
    .filter(({ from = 0, until = Number.POSITIVE_INFINITY }) => version >= from && version <= until)
    .map(({ argument }) => argument);
}

function regionSize(heap: number): string {
  return REGION_SIZES.find(({ heapFrom }) => heap >= heapFrom)?.region ?? "4M";
}
