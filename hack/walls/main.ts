/** Checks that every file of src/ keeps to its room. Tests may look over walls. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { breaches } from "./breaches.ts";

const repository = join(import.meta.dirname, "../..");
const files = globSync("src/**/*.ts", { cwd: repository }).filter((path) => !path.endsWith(".test.ts"));
const found = files.flatMap((path) => breaches(path, readFileSync(join(repository, path), "utf8")));

for (const breach of found) console.error(breach);
console.log(`${files.length} files, ${found.length} breaches`);
process.exitCode = found.length === 0 ? 0 : 1;
