/** Objects that the API server does not take as they are: only another object helps, and so another spec. */
import { ApiError, isInvalid, type StatusCause, TerminalError } from "./api-error.ts";
import type { NamespacedName, ResourceType } from "./object.ts";

/** Thrown for an object that is invalid or has fields that its kind does not know. */
export class ObjectRefused extends TerminalError {
  readonly kind: string;
  readonly object: NamespacedName;
  /** Each field with what is wrong with it; never empty. */
  readonly causes: readonly StatusCause[];

  constructor(
    { kind }: Pick<ResourceType, "kind">,
    object: NamespacedName,
    { causes, cause }: { causes: readonly StatusCause[]; cause: Error },
  ) {
    const name = `${object.namespace === "" ? "" : `${object.namespace}/`}${object.name}`;
    super(`${kind} ${name} was refused: ${causes.map(textOf).join("; ")}`, { cause });
    this.kind = kind;
    this.object = object;
    this.causes = causes;
  }
}

/**
 * Does `write`; throws ObjectRefused where the API server refuses the object itself, a conflict where its UID is another one by now,
 * and else what `write` throws.
 */
export async function toldOfRefusal<T>(type: Pick<ResourceType, "kind">, name: NamespacedName, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const causes = error instanceof ApiError ? causesOf(error) : [];
    if (!(error instanceof ApiError) || causes.length === 0) throw error;
    if (causes.some(({ field }) => field === "metadata.uid")) throw conflictWith(error);
    throw new ObjectRefused(type, name, { causes, cause: error });
  }
}

/** The API server calls it a change of what cannot be changed, which another spec would have to help. */
function conflictWith({ message, method, path }: ApiError): ApiError {
  return new ApiError({ reason: "Conflict", message }, { method, path, code: 409 });
}

/** Server-side apply answers 500 for a field that the kind does not know. Source: `structured-merge-diff`'s `typed` package */
const UNKNOWN_FIELD = /failed to create typed patch object .*?: \.?(\S+): (.+)$/s;

function causesOf(error: ApiError): readonly StatusCause[] {
  const unknown = error.code === 500 ? UNKNOWN_FIELD.exec(error.message) : null;
  if (unknown) return [{ field: unknown[1] ?? "", message: unknown[2] ?? "" }];
  if (!isInvalid(error)) return [];
  const causes = error.details?.causes ?? [];
  return causes.length === 0 ? [{ message: error.message }] : causes;
}

function textOf({ field, message = "invalid" }: StatusCause): string {
  return field === undefined ? message : `${field}: ${message}`;
}
