/**
 * `make test`: everything, or the stages that STAGES= names, and on the cluster the files that NAME= names. First what needs no
 * cluster, then the local cluster (or that of KUBECONFIG), then the tests on it.
 * Closes with the name of each test that failed, the total of each stage, and one line for the whole: `N passed, N failed`.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { OTHER_VERSIONS } from "../test/control-plane/versions.ts";
import { isLocalCluster, kubeconfig } from "../test/e2e/harness/target.ts";
import { LONG } from "../test/long.ts";
import { CHECK_STEPS } from "./check-steps.ts";
import { addUp, failure, type Outcome, tell, totalOf, within } from "./outcome.ts";
import { runSteps, runTests } from "./steps.ts";

interface Stage {
  readonly name: string;
  readonly run: () => Outcome;
}

const STAGES: readonly Stage[] = [
  { name: "check", run: () => runSteps(CHECK_STEPS) },
  { name: "contract", run: () => onCluster("contract") },
  ...(LONG ? OTHER_VERSIONS : []).map((version) => ({ name: `contract-${version}`, run: () => onVersion(version) })),
  ...(LONG ? [{ name: "mutation", run: mutation }] : []),
  { name: "walk", run: () => runTests(["--project", "walk", "--reporter=verbose", ...files]) },
  { name: "end-to-end", run: () => onCluster("e2e") },
];

let up: boolean | undefined;

const { values, positionals: wanted } = parseArgs({ options: { files: { type: "string", default: "" } }, allowPositionals: true });
const files = values.files.split(" ").filter((file) => file !== "");
const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
if (unknown.length > 0) throw new Error(`there is no stage ${unknown.join()}; there are: ${STAGES.map(({ name }) => name).join(", ")}`);
const results = STAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).map((stage) => {
  process.stdout.write(`\n=== ${stage.name}\n`);
  const start = performance.now();
  const outcome = within(stage.name, stage.run());
  return { name: stage.name, outcome, minutes: (performance.now() - start) / 60_000 };
});
const whole = addUp(results.map(({ outcome }) => outcome));
const stages = results.map(({ name, outcome, minutes }) => `${name.padEnd(13)} ${totalOf(outcome)} (${minutes.toFixed(1)} min)`);
process.stdout.write(`${tell(whole)}\n${stages.join("\n")}\n${totalOf(whole)}\n`);
process.exitCode = whole.failures.length === 0 ? 0 : 1;

/** Runs a project of vitest against the cluster. The stages before it must not see KUBECONFIG set to a cluster that is not there yet. */
function onCluster(project: string): Outcome {
  up ??= clusterIsUp();
  if (!up) return failure("the local cluster", "it did not come up; what it said stands above, before the first stage that needs it");
  return runTests(["--project", project, "--reporter=verbose", ...files], { KUBECONFIG: kubeconfig() });
}

/** The contract tests on an API server of their own, of another version of Kubernetes, which is built where the cache has none. */
function onVersion(version: string): Outcome {
  return runTests(["--project", "contract", "--reporter=verbose", ...files], { KUBERNETES: version });
}

/** Whether the tests notice enough of what is broken on purpose. */
function mutation(): Outcome {
  const { status } = spawnSync(process.execPath, [join(import.meta.dirname, "mutate.ts")], { stdio: ["ignore", "inherit", "inherit"] });
  return status === 0
    ? { passed: 1, failures: [], skips: [] }
    : failure("mutation score", "a part scores too little; its table stands above");
}

/** Somebody else's cluster is taken as it is; the local one is brought up once, also where KUBECONFIG names it. */
function clusterIsUp(): boolean {
  if (!isLocalCluster()) return true;
  const { status } = spawnSync(process.execPath, [join("local-cluster", "main.ts"), "up"], {
    cwd: join(import.meta.dirname, ".."),
    stdio: ["ignore", "inherit", "inherit"],
  });
  return status === 0;
}
