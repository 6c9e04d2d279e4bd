/** The Markdown files of the repository, cut into what the tests of the documentation look at. */
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The root of the repository. */
export const ROOT: string = join(import.meta.dirname, "../..");

/** A Markdown file: its path from the root, its text without code, and the lines of its code. */
export interface MarkdownFile {
  readonly path: string;
  readonly prose: string;
  readonly code: readonly string[];
}

const FENCED = /^( *)(`{3,})[^\n]*\n([\s\S]*?)^\1\2[ \t]*$/gm;
const INLINE = /`([^`\n]+)`/g;

/** Reads every Markdown file of ours. */
export async function markdownFiles(): Promise<readonly MarkdownFile[]> {
  const exclude = (name: string): boolean => name.includes("node_modules") || name === "dist" || name === ".git";
  const paths: string[] = [];
  const folders = "{*,docs/**/*,config/**/*,hack/**/*,local-cluster/**/*,test/**/*,.github/**/*}.md";
  for await (const path of glob(folders, { cwd: ROOT, exclude })) paths.push(path);
  return Promise.all(paths.toSorted().map(async (path) => parse(path, await readFile(join(ROOT, path), "utf8"))));
}

function parse(path: string, text: string): MarkdownFile {
  const blocks = [...text.matchAll(FENCED)].flatMap((match) => (match[3] ?? "").split("\n"));
  const withoutBlocks = text.replaceAll(FENCED, "");
  const spans = [...withoutBlocks.matchAll(INLINE)].map((match) => match[1] ?? "");
  return { path, prose: withoutBlocks.replaceAll(INLINE, (span) => span.replaceAll(/[[\]()]/g, "")), code: [...blocks, ...spans] };
}

/** The targets of links that are no address of another site. */
export function relativeLinks({ prose }: MarkdownFile): readonly string[] {
  const targets = [...prose.matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? "");
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** The anchors that GitHub makes of the headings. */
export function anchors({ prose }: MarkdownFile): ReadonlySet<string> {
  const headings = [...prose.matchAll(/^#+ +(.+)$/gm)].map((match) => match[1] ?? "");
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}

/** The words after a command such as `make` in the lines of code, up to a comment or the next command. */
export function argumentsOf({ code }: MarkdownFile, command: string): readonly string[] {
  return code.flatMap((line) =>
    line
      .split(/&&|;|\||\s#/)
      .map((part) => part.trim())
      .filter((part) => part.startsWith(`${command} `))
      .flatMap((part) => part.slice(command.length + 1).split(/\s+/)),
  );
}
