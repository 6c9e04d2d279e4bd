/** JVM arguments that a user adds. */
import type { JvmSpec } from "../../api/v1alpha1/types.ts";
import type { Role } from "../cluster.ts";
import type { Findings } from "./findings.ts";

/** An argument by its beginning; `from` and `until` are the first and last Trino version in which it is fatal. */
interface FatalArgument {
  readonly argument: string;
  readonly from?: number;
  readonly until?: number;
  readonly cure: string;
}

const HEAP = "Use jvm.heap or jvm.heapPercent, because Trino's memory limits follow from the heap.";

/** By the JDK of the image of each version. Source: https://trino.io/docs/current/installation/deployment.html#java-runtime-environment */
const FATAL_ARGUMENTS: readonly FatalArgument[] = [
  ...["-Xmx", "-Xms", "-XX:MaxHeapSize", "-XX:InitialHeapSize", "-XX:MaxRAMPercentage", "-XX:InitialRAMPercentage"].map((argument) => ({
    argument,
    cure: HEAP,
  })),
  { argument: "-Djava.security.manager=allow", from: 474, cure: "Remove it: JDK 24 has no security manager." },
  { argument: "-XX:-G1UsePreventiveGC", from: 433, cure: "Remove it: JDK 21 does not know it." },
  { argument: "-XX:+UseConcMarkSweepGC", cure: "Remove it: G1 is used." },
  { argument: "-XX:G1NumCollectionsKeepPinned", until: 446, cure: "Remove it: it comes with JDK 22." },
  { argument: "--sun-misc-unsafe-memory-access", until: 458, cure: "Remove it: it comes with JDK 23." },
  { argument: "-XX:+UseCompactObjectHeaders", until: 473, cure: "Remove it: it comes with JDK 24." },
];

/** Refuses arguments with which the JVM of this version does not start, or that undo what memory was computed from. */
export function parseJvm(
  field: string,
  { spec: { extraArguments = {} }, version }: { spec: JvmSpec; version: number },
  findings: Findings,
): Role["jvm"] {
  const { add = [], remove = [] } = extraArguments;
  for (const argument of add) {
    const fatal = FATAL_ARGUMENTS.find(
      ({ argument: start, from = 0, until = Number.POSITIVE_INFINITY }) =>
        argument.startsWith(start) && version >= from && version <= until,
    );
    if (fatal) findings.refuse(`${field}.jvm.extraArguments.add`, `${fatal.argument} cannot be used with Trino ${version}.`, fatal.cure);
    if (/[\r\n]/.test(argument))
      findings.refuse(`${field}.jvm.extraArguments.add`, "An argument has more than one line.", "Write one argument per item.");
  }
  for (const argument of remove) {
    if (/^-Xm[sx]/.test(argument)) findings.refuse(`${field}.jvm.extraArguments.remove`, `${argument} cannot be removed.`, HEAP);
  }
  return { add, remove };
}
