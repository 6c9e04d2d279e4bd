/** Rights: those that a role grants, those that requests used, and the difference. A right is `verb resource.group`, as kubectl writes it. */
import { load } from "js-yaml";

interface Role {
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** What a request says of the rights that it needs. */
export interface RightsRequest {
  readonly verb: string;
  /** `resource` or `resource/subresource`. */
  readonly resource: string;
  readonly group: string;
  /** The HTTP status of the answer. */
  readonly code: number;
}

/** Every right that a Role or ClusterRole grants, of its manifest in YAML. Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export function grantedBy(manifest: string): ReadonlySet<string> {
  const { rules } = load(manifest) as Role;
  const rights = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => right(verb, { resource, group })))),
  );
  return new Set(rights);
}

/** Every right that these requests needed. An apply that makes something is asked for `create` too, and no request tells of that. */
export function usedBy(requests: readonly RightsRequest[]): ReadonlySet<string> {
  return new Set(
    requests.flatMap((request) => [
      right(request.verb, request),
      ...(request.verb === "patch" && request.code === 201 ? [right("create", request)] : []),
    ]),
  );
}

/** Which granted rights nobody used and none of the rare ones is, and which of these is not granted. */
export function compare(
  granted: ReadonlySet<string>,
  { used, rare }: { readonly used: ReadonlySet<string>; readonly rare: ReadonlySet<string> },
): { readonly unused: readonly string[]; readonly notGranted: readonly string[] } {
  return {
    unused: [...granted].filter((each) => !used.has(each) && !rare.has(each)),
    notGranted: [...rare].filter((each) => !granted.has(each)),
  };
}

function right(verb: string, { resource, group }: Pick<RightsRequest, "resource" | "group">): string {
  const [plural = "", subresource] = resource.split("/");
  return `${verb} ${plural}${group === "" ? "" : `.${group}`}${subresource === undefined ? "" : `/${subresource}`}`;
}
