/** Memory that adds up: from the container's limit to the heap, and from the heap to what one query may have of it. */
import type { JvmSpec } from "../../api/v1alpha1/types.ts";
import type { Memory, Role } from "../cluster.ts";
import { GIBIBYTE, MEBIBYTE, parseDataSize } from "../units/data-size.ts";
import { parseQuantity } from "../units/quantity.ts";
import type { Findings } from "./findings.ts";

/** What memory is computed from. */
export interface MemoryInput {
  /** The field of the role, e.g. `spec.workers`. */
  readonly field: string;
  readonly version: number;
  readonly resources: Role["resources"];
  readonly jvm: JvmSpec;
  /** The user's overrides in config.properties. */
  readonly overrides: Readonly<Record<string, string>>;
}

/** What a JVM needs beside its heap: code cache, metaspace, stacks, direct buffers. */
const REST_OF_MEMORY: number = 512 * MEBIBYTE;

const SMALLEST_HEAP = 256 * MEBIBYTE;
const LARGE_LIMIT = 8 * GIBIBYTE;
const PER_NODE_PERCENT = 30;
const HEADROOM_PERCENT = 30;
/** Percentages in memory properties are known from this version on. */
const FIRST_VERSION_WITH_PERCENT = 476;

/** The memory of a Trino process; refuses what does not add up. */
export function parseMemory(input: MemoryInput, findings: Findings): Memory {
  const limit = parseLimit(input.field, input.resources, findings);
  const heap = parseHeap(limit, input, findings);
  const memory = {
    limit,
    heap,
    perNode: parseShare("query.max-memory-per-node", { input, heap, percent: PER_NODE_PERCENT }, findings),
    headroom: parseShare("memory.heap-headroom-per-node", { input, heap, percent: HEADROOM_PERCENT }, findings),
  };
  checkSum(memory, input.field, findings);
  checkClusterLimits(input, findings);
  return memory;
}

/** The heap that a limit leaves by itself. */
export function defaultHeap(limit: number, percent: number = limit >= LARGE_LIMIT ? 80 : 70): number {
  return wholeMebibytes(Math.min((limit * percent) / 100, limit - REST_OF_MEMORY));
}

/** A memory limit in bytes; refuses what is no quantity. */
export function parseLimit(field: string, { limits }: Role["resources"], findings: Findings): number {
  const limit = parseQuantity(limits["memory"] ?? "");
  if (limit !== undefined && limit > 0 && limit <= Number.MAX_SAFE_INTEGER) return limit;
  findings.refuse(`${field}.resources.limits.memory`, `${limits["memory"]} is not a quantity of memory.`, "Write it like 4Gi.");
  return LARGE_LIMIT;
}

function parseHeap(limit: number, { field, jvm }: MemoryInput, findings: Findings): number {
  const heap = jvm.heap === undefined ? defaultHeap(limit, jvm.heapPercent) : parseDataSize(jvm.heap);
  if (heap === undefined) {
    findings.refuse(`${field}.jvm.heap`, `${jvm.heap} is not a data size.`, "Write it like 6GB.");
    return defaultHeap(limit);
  }
  if (jvm.heap !== undefined) checkFixedHeap({ field, heap, limit }, findings);
  if (heap >= SMALLEST_HEAP) return heap;
  refuseSmallHeap({ field, heap, limit, jvm }, findings);
  return SMALLEST_HEAP;
}

/** Says which of the three fields is the one to change. */
function refuseSmallHeap(
  { field, heap, limit, jvm }: { field: string; heap: number; limit: number; jvm: JvmSpec },
  findings: Findings,
): void {
  const needs = `Trino needs ${mebibytes(SMALLEST_HEAP)} at least.`;
  if (jvm.heap !== undefined) {
    findings.refuse(`${field}.jvm.heap`, `A heap of ${mebibytes(heap)} is too small; ${needs}`, "Raise it to 256MB or more.");
  } else if (jvm.heapPercent !== undefined && defaultHeap(limit) >= SMALLEST_HEAP) {
    const problem = `${jvm.heapPercent} percent of ${mebibytes(limit)} leave ${mebibytes(heap)} for the heap; ${needs}`;
    findings.refuse(`${field}.jvm.heapPercent`, problem, "Raise it, or leave it out.");
  } else {
    const problem = `A limit of ${mebibytes(limit)} leaves ${mebibytes(Math.max(heap, 0))} for the heap; ${needs}`;
    findings.refuse(`${field}.resources.limits.memory`, problem, "Set the memory limit to 1Gi or more.");
  }
}

/** A fixed heap is the user's own, as long as the process can start at all. */
function checkFixedHeap({ field, heap, limit }: { field: string; heap: number; limit: number }, findings: Findings): void {
  if (heap >= limit) {
    findings.refuse(
      `${field}.jvm.heap`,
      `A heap of ${mebibytes(heap)} does not fit into a memory limit of ${mebibytes(limit)}.`,
      `Leave ${mebibytes(REST_OF_MEMORY)} at least for the rest of the JVM: lower the heap, or raise the limit.`,
    );
  } else if (limit - heap < REST_OF_MEMORY) {
    findings.warn(
      `${field}.jvm.heap leaves ${mebibytes(limit - heap)} of the memory limit for the rest of the JVM; less than ${mebibytes(REST_OF_MEMORY)} is known to be killed.`,
    );
  }
}

function parseShare(
  key: string,
  { input, heap, percent }: { input: MemoryInput; heap: number; percent: number },
  findings: Findings,
): number {
  const text = input.overrides[key];
  const fallback = wholeMebibytes((heap * percent) / 100);
  if (text === undefined || text.includes("${")) return fallback;
  const share = sizeOrPercent(text, { heap, version: input.version });
  if (share !== undefined) return share;
  const units =
    input.version >= FIRST_VERSION_WITH_PERCENT
      ? "Write it like 2GB or 30%."
      : `Write it like 2GB; percentages are known from Trino ${FIRST_VERSION_WITH_PERCENT} on.`;
  findings.refuse(propertyField(input, key), `${text} is not a data size.`, units);
  return fallback;
}

function sizeOrPercent(text: string, { heap, version }: { heap: number; version: number }): number | undefined {
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text.trim())?.[1];
  if (percent === undefined) return parseDataSize(text);
  return version >= FIRST_VERSION_WITH_PERCENT ? (heap * Number(percent)) / 100 : undefined;
}

/** Trino refuses to start otherwise: "Invalid memory configuration". */
function checkSum({ heap, perNode, headroom }: Memory, field: string, findings: Findings): void {
  if (perNode + headroom <= heap) return;
  findings.refuse(
    `${field}.config[config.properties]`,
    `query.max-memory-per-node (${mebibytes(perNode)}) and memory.heap-headroom-per-node (${mebibytes(headroom)}) together are more than the heap (${mebibytes(heap)}).`,
    "Lower one of them, or raise the memory limit.",
  );
}

/** Trino's own defaults: 20GB, and twice query.max-memory. */
function checkClusterLimits(input: MemoryInput, findings: Findings): void {
  const [memory, total] = ["query.max-memory", "query.max-total-memory"].map((key) => parseSize(key, input, findings));
  const limit = memory ?? 20 * GIBIBYTE;
  if (total === undefined || total >= limit) return;
  findings.refuse(
    propertyField(input, "query.max-total-memory"),
    `query.max-total-memory is less than query.max-memory (${mebibytes(limit)}).`,
    "Lower query.max-memory, or raise query.max-total-memory.",
  );
}

function parseSize(key: string, input: MemoryInput, findings: Findings): number | undefined {
  const text = input.overrides[key];
  if (text === undefined || text.includes("${")) return undefined;
  const size = parseDataSize(text);
  if (size === undefined) findings.refuse(propertyField(input, key), `${text} is not a data size.`, "Write it like 20GB.");
  return size;
}

function propertyField({ field }: MemoryInput, key: string): string {
  return `${field}.config[config.properties][${key}]`;
}

function wholeMebibytes(bytes: number): number {
  return Math.floor(bytes / MEBIBYTE) * MEBIBYTE;
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / MEBIBYTE)}MiB`;
}
