/** What the walls need to know about a source file: its imports, and its code without comments and texts. */
import { posix } from "node:path";

/** One import of a file. */
export interface Import {
  /** A path from the root of the repository, or the name of a package. */
  readonly target: string;
  readonly ours: boolean;
  /** True when it leaves nothing at run time. */
  readonly typeOnly: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:[^;"]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;

/** Every import of a file; `path` is the file's path from the root of the repository. */
export function importsOf(path: string, text: string): Import[] {
  const code = withoutComments(text);
  const fixed = [...code.matchAll(STATIC)].map(([, type, specifier]) => ({ specifier: specifier ?? "", typeOnly: type !== undefined }));
  const lazy = [...code.matchAll(DYNAMIC)].map(([, specifier]) => ({ specifier: specifier ?? "", typeOnly: false }));
  return [...fixed, ...lazy].map(({ specifier, typeOnly }) => ({ ...resolve(path, specifier), typeOnly }));
}

function resolve(path: string, specifier: string): { target: string; ours: boolean } {
  if (!specifier.startsWith(".")) return { target: specifier, ours: false };
  return { target: posix.join(posix.dirname(path), specifier), ours: true };
}

/** Comments, strings, templates and regular expressions, in the order in which the language looks for them. */
const TEXT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

function withoutComments(text: string): string {
  return text.replace(TEXT, (part) => (part.startsWith("/") ? "" : part));
}

const IMPURE = /(?<![.\w"'])(await|Date(?!\.parse\()|process|setTimeout|setInterval|fetch)\b(?!\s*[?]?:)|Math\.random\b/;

/** The first word in the code that makes it depend on time, environment or chance; undefined when there is none. `Date.parse` depends on its argument only. */
export function impureWord(text: string): string | undefined {
  return IMPURE.exec(text.replace(TEXT, (part) => (part.startsWith("`") ? expressionsOf(part) : '""')))?.[0];
}

/** A template's expressions are code. */
function expressionsOf(template: string): string {
  return [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, expression]) => expression).join(" ");
}
