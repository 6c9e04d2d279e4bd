/** The Dockerfile as a list of stages and instructions, as far as tests read it. https://docs.docker.com/reference/dockerfile/ */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const repository = join(import.meta.dirname, "../..");

/** One instruction: its keyword in capitals, and the rest of its line, continuation lines joined. */
export interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

/** From one FROM to the next. */
export type BuildStage = readonly Instruction[];

/** Reads the stages of the Dockerfile; arguments before the first FROM are left out. */
export function dockerfileStages(): readonly BuildStage[] {
  const text = readFileSync(join(repository, "Dockerfile"), "utf8").replaceAll("\\\n", " ");
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const instructions = lines.map((line) => {
    const [keyword = "", ...rest] = line.trim().split(/\s+/);
    return { keyword: keyword.toUpperCase(), text: rest.join(" ") };
  });
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === "FROM" ? [index] : []));
  return starts.map((start, index) => instructions.slice(start, starts[index + 1]));
}

/** The texts of all instructions of a keyword in a stage. */
export function textsOf(stage: BuildStage, keyword: string): readonly string[] {
  return stage.filter((instruction) => instruction.keyword === keyword).map(({ text }) => text);
}

/** The variables that a stage sets, as `NAME=value`. */
export function variablesOf(stage: BuildStage): readonly string[] {
  return textsOf(stage, "ENV").flatMap((text) => text.split(" "));
}

/** What a stage copies from the build context: each source with its target. */
export function copiesFromContext(stage: BuildStage): readonly { readonly source: string; readonly target: string }[] {
  return textsOf(stage, "COPY")
    .filter((text) => !text.startsWith("--from="))
    .flatMap((text) => {
      const words = text.split(" ");
      const target = words.at(-1) ?? "";
      return words.slice(0, -1).map((source) => ({ source, target }));
    });
}
