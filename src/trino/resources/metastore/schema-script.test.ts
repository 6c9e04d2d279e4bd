import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseSchemaReport, prepareScript, type SchemaReport, upgradeScript } from "./schema-script.ts";

/** What schematool 3.1.3 and 4.0.1 print, in the words that they were seen to use with PostgreSQL. */
const says = (schema: string, hive: string): string => `Hive distribution version:\t ${hive}\nMetastore schema version:\t ${schema}\n`;
const NO_SCHEMA = 'Failed to get schema version, Cause:ERROR: relation "VERSION" does not exist\n  Position: 32\n*** schemaTool failed ***';
const NO_SCHEMA_IN_LOWER_CASE = "Failed to get schema version, Cause:Table 'metastore.version' doesn't exist\n*** schemaTool failed ***";
const NO_CONNECTION =
  "Failed to get schema version.\nUnderlying cause: org.postgresql.util.PSQLException : FATAL: password authentication failed";
const NO_RIGHTS = "Failed to get schema version, Cause:ERROR: permission denied for table VERSION\n*** schemaTool failed ***";
const LOST = "Failed to get schema version, Cause:Communications link failure\n*** schemaTool failed ***";

const folder = mkdtempSync(join(tmpdir(), "schema-script-"));
const server = createServer((socket) => socket.end());
let port = 0;

beforeAll(
  () =>
    new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", () => {
        port = (server.address() as { port: number }).port;
        resolve();
      }),
    ),
);
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

interface Tool {
  /** What `-info` says before and after a change. */
  readonly info: readonly [string, string?];
  /** Whether a change succeeds. */
  readonly changes?: boolean;
}

/** Runs a script with a schematool that says what the real one would. */
async function run(
  script: string,
  { info: [before, after = before], changes = true }: Tool,
): Promise<{ code: number; report?: SchemaReport; calls: string }> {
  const at = (name: string): string => join(folder, name);
  for (const name of ["changed", "message", "calls"]) rmSync(at(name), { force: true });
  writeFileSync(at("before"), before);
  writeFileSync(at("after"), after);
  const tool = `#!/bin/bash
echo "\${@:3}" >>${at("calls")}
if [[ $3 == -info ]]; then if [[ -e ${at("changed")} ]]; then cat ${at("after")}; else cat ${at("before")}; fi; exit 1; fi
${changes ? `touch ${at("changed")}` : "exit 1"}
`;
  writeFileSync(at("schematool"), tool, { mode: 0o755 });
  const local = script.replaceAll("/opt/hive/bin/schematool", at("schematool")).replaceAll("/dev/termination-log", at("message"));
  const code = await new Promise<number>((resolve) => {
    const child = execFile("/bin/bash", ["-c", local], () => resolve(child.exitCode ?? -1));
  });
  const read = (name: string): string => {
    try {
      return readFileSync(at(name), "utf8");
    } catch {
      return "";
    }
  };
  const report = parseSchemaReport(read("message"));
  return {
    code,
    ...(report ? { report } : {}),
    calls: read("calls")
      .trim()
      .split("\n")
      .filter((call) => call !== "-info")
      .join(),
  };
}

const connection = (): Parameters<typeof prepareScript>[0] => ({ host: "127.0.0.1", port, type: "postgres", properties: {} });

describe("the script that makes the schema", () => {
  it.each([
    { name: "finds the schema that Hive wants", info: [says("4.0.0", "4.0.0")], schema: "4.0.0", calls: "" },
    { name: "leaves an older schema alone", info: [says("3.1.0", "4.0.0")], schema: "3.1.0", calls: "" },
    { name: "leaves a newer schema alone", info: [says("4.1.0", "4.0.0")], schema: "4.1.0", calls: "" },
    { name: "makes one where there is none", info: [NO_SCHEMA, says("4.0.0", "4.0.0")], schema: "4.0.0", calls: "-initSchema" },
    {
      name: "makes one where there is none on a MySQL that knows no capitals",
      info: [NO_SCHEMA_IN_LOWER_CASE, says("4.0.0", "4.0.0")],
      schema: "4.0.0",
      calls: "-initSchema",
    },
  ] as const)("$name", async ({ info, schema, calls }) => {
    expect(await run(prepareScript(connection()), { info })).toEqual({ code: 0, report: { schema, hive: "4.0.0" }, calls });
  });

  it.each([
    { name: "without a connection", info: NO_CONNECTION },
    { name: "without rights", info: NO_RIGHTS },
    { name: "after the connection broke", info: LOST },
    { name: "without an answer", info: "" },
  ])("fails and changes nothing $name", async ({ info }) => {
    expect(await run(prepareScript(connection()), { info: [info] })).toEqual({ code: 2, calls: "" });
  });

  it("fails when the schema cannot be made", async () => {
    expect(await run(prepareScript(connection()), { info: [NO_SCHEMA], changes: false })).toEqual({ code: 2, calls: "-initSchema" });
  });
});

describe("the script that upgrades the schema", () => {
  it.each([
    {
      name: "upgrades the schema that is named",
      info: [says("3.1.0", "4.0.0"), says("4.0.0", "4.0.0")],
      schema: "4.0.0",
      calls: "-upgradeSchemaFrom 3.1.0",
    },
    { name: "leaves another one alone", info: [says("3.0.0", "4.0.0")], schema: "3.0.0", calls: "" },
    { name: "leaves one alone that is upgraded already", info: [says("4.0.0", "4.0.0")], schema: "4.0.0", calls: "" },
  ] as const)("$name", async ({ info, schema, calls }) => {
    expect(await run(upgradeScript(connection(), "3.1.0"), { info })).toEqual({ code: 0, report: { schema, hive: "4.0.0" }, calls });
  });

  it("fails without a second try when the upgrade fails", async () => {
    const outcome = await run(upgradeScript(connection(), "3.1.0"), { info: [says("3.1.0", "4.0.0")], changes: false });
    expect(outcome).toEqual({ code: 2, calls: "-upgradeSchemaFrom 3.1.0" });
  });
});

it("takes no other text for a report", () => {
  expect(parseSchemaReport("schema=3.1.0")).toBeUndefined();
  expect(parseSchemaReport("waiting for the database")).toBeUndefined();
});
