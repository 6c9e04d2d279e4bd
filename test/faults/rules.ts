/** Faults as data: which request they hit, when, and what happens to it. */
import { isWrite, keyOfRequest, type RequestInfo, type Verb } from "./request-info.ts";

/** Which requests; what is absent matches all. */
export interface Match {
  readonly verb?: Verb;
  readonly resource?: string;
  readonly subresource?: string;
  /** As `keyOfRequest` tells it. */
  readonly key?: string;
  readonly writes?: boolean;
  /** Only the so-manieth that matches the rest, counted from 1 since the rule was set. */
  readonly nth?: number;
}

/** What happens to a request. */
export type Action =
  /** An answer of the API server that is a refusal. */
  | { readonly kind: "status"; readonly code: number; readonly retryAfterSeconds?: number }
  | { readonly kind: "reset" }
  | { readonly kind: "silence" }
  | { readonly kind: "delay"; readonly ms: number }
  | { readonly kind: "truncate" }
  /** The operator is killed. */
  | { readonly kind: "kill" };

/** One fault. */
export interface Rule {
  readonly match: Match;
  /** `after`: the API server has done it, and the operator does not know. */
  readonly phase: "before" | "after";
  readonly action: Action;
}

/** A request that was hit. */
export interface Hit {
  readonly ordinal: number;
  readonly key: string;
  readonly phase: Rule["phase"];
  readonly action: Action;
}

/** Rules as they are now, with the counts of what matched. */
export class Rules {
  readonly hits: Hit[] = [];
  #armed: { readonly rule: Rule; seen: number }[] = [];
  #ordinal = 0;

  /** Replaces all rules. */
  set(rules: readonly Rule[]): void {
    this.#armed = rules.map((rule) => ({ rule, seen: 0 }));
  }

  /** The first rule that hits this request; each request is asked about once. */
  take(info: RequestInfo): Rule | undefined {
    this.#ordinal++;
    let found: Rule | undefined;
    for (const armed of this.#armed) {
      if (!matches(armed.rule.match, info)) continue;
      armed.seen++;
      if (found === undefined && (armed.rule.match.nth === undefined || armed.rule.match.nth === armed.seen)) found = armed.rule;
    }
    if (found) this.hits.push({ ordinal: this.#ordinal, key: keyOfRequest(info), phase: found.phase, action: found.action });
    return found;
  }
}

function matches({ verb, resource, subresource, key, writes }: Match, info: RequestInfo): boolean {
  return (
    (verb === undefined || verb === info.verb) &&
    (resource === undefined || resource === info.resource) &&
    (subresource === undefined || subresource === info.subresource) &&
    (key === undefined || key === keyOfRequest(info)) &&
    (writes === undefined || writes === isWrite(info))
  );
}

/** A fault in words that can be read back from a log: `409 before patch statefulsets c-coordinator-a #2`. */
export function describeRule({ match, phase, action }: Rule): string {
  const what = action.kind === "status" ? String(action.code) : action.kind;
  const whom = match.key ?? [match.verb, match.resource, match.subresource].filter((part) => part !== undefined).join(" ");
  return `${what} ${phase} ${whom === "" ? "every request" : whom}${match.nth === undefined ? "" : ` #${match.nth}`}`;
}
