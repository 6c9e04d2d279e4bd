/**
 * `npm run contract -- NAME …`: the contract tests, on the cluster that hack/cluster.sh finds; with KUBERNETES=1.30 on a control
 * plane of that version, which the tests start themselves and which needs no cluster.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const names = process.argv.slice(2).filter((name) => name !== "");
const tests = ["vitest", "run", "--project", "contract", "--reporter=verbose", ...names];
const onCluster = [join(import.meta.dirname, "cluster.sh"), ...tests];
const [program = "", ...args] = process.env["KUBERNETES"] ? tests : onCluster;
const { status, error } = spawnSync(program, args, { stdio: "inherit" });
if (error) throw error;
process.exitCode = status ?? 1;
