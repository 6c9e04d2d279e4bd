/** Conditions of a status, by the API conventions. Source: https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#typical-status-properties */
import { metaTime } from "./time.ts";

/** metav1.Condition; `lastTransitionTime` is RFC 3339 with seconds. */
export interface Condition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  /** CamelCase, never empty. */
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

/** The API server refuses a longer message in a metav1.Condition. */
const LONGEST_MESSAGE = 32_768;

/**
 * The list with `next` in the place of the condition of the same type (at the end when it is new). `lastTransitionTime`
 * changes only with `status`. The same list comes back, by identity, when nothing changed. `nowMs` is wall time.
 */
export function setCondition(
  conditions: readonly Condition[],
  next: Omit<Condition, "lastTransitionTime">,
  nowMs: number,
): readonly Condition[] {
  const index = conditions.findIndex((condition) => condition.type === next.type);
  const previous = conditions[index];
  const lastTransitionTime = previous?.status === next.status ? previous.lastTransitionTime : metaTime(nowMs);
  const condition: Condition = { ...next, message: next.message.slice(0, LONGEST_MESSAGE), lastTransitionTime };
  if (previous === undefined) return [...conditions, condition];
  return isSame(previous, condition) ? conditions : conditions.with(index, condition);
}

/** The condition of a type, or undefined. */
export function findCondition(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find((condition) => condition.type === type);
}

function isSame(a: Condition, b: Condition): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration &&
    a.lastTransitionTime === b.lastTransitionTime
  );
}
