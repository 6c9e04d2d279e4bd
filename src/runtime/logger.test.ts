import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

function linesOf(format: "json" | "text") {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level: "info", format, write: (line) => lines.push(line) }) };
}

test("a line has time, level, a constant message, the child's keys and the error with its causes, but no object that hangs on an error", () => {
  const { lines, logger } = linesOf("json");
  const error = Object.assign(new Error("outer", { cause: new Error("inner") }), { code: 409, secretObject: { password: "hunter2" } });
  logger.child({ controller: "things", name: "a" }).error("reconcile failed", { error });
  const line = JSON.parse(lines[0] ?? "");
  expect(line).toMatchObject({ level: "error", message: "reconcile failed", controller: "things", name: "a" });
  expect(line.error).toMatchObject({ message: "outer", code: 409, cause: { message: "inner" } });
  expect(Date.parse(line.time)).toBeGreaterThan(0);
  expect(lines[0]).not.toContain("hunter2");
});

test("text has the same in one line", () => {
  const { lines, logger } = linesOf("text");
  logger.info("caches synced", { tookMs: 5 });
  logger.debug("not shown");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\S+ INFO {2}caches synced tookMs=5\n$/);
});
