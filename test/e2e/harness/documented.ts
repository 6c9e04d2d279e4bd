/** What the documentation tells people to write and to type, so that a test does just that. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { REPOSITORY, shellEnvironment } from "./make.ts";

/** The code blocks of a section, in order: their language and their text. `replace` names words and what stands for them here. */
export async function codeBlocks(
  { file, heading }: { readonly file: string; readonly heading: string },
  replace: Readonly<Record<string, string>>,
): Promise<readonly { readonly language: string; readonly text: string }[]> {
  const page = await readFile(join(REPOSITORY, file), "utf8");
  const section = page.split(/^(?=#{1,6} )/m).find((part) => part.startsWith(`## ${heading}\n`));
  if (section === undefined) throw new Error(`${file} has no section "${heading}"`);
  for (const word of Object.keys(replace))
    if (!section.includes(word)) throw new Error(`${file}, ${heading}: there is no "${word}" to replace`);
  const said = Object.entries(replace).reduce((text, [word, ours]) => text.replaceAll(word, ours), section);
  return [...said.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({ language, text }));
}

/** Types a block into a shell that stops at the first command that fails; `path` are folders of programs that come first. */
export function typeInto(cwd: string, script: string, path: readonly string[]): Promise<void> {
  const env = shellEnvironment({ PATH: [...path, process.env["PATH"] ?? ""].join(":") });
  const child = spawn("sh", ["-ec", script], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`${script}\nended with ${code}:\n${output}`))));
  });
}
