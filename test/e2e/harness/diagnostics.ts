/** What a person wants to see of a namespace when a test failed. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { kubectl, list } from "./kubectl.ts";
import { OPERATOR_NAMESPACE, operatorLog } from "./operator.ts";

const REPORTS = join(import.meta.dirname, "..", "..", "..", "reports", "e2e");
const EVENTS_SHOWN = 20;
const LOG_LINES_SHOWN = 15;

/** A short account of a namespace: status of its TrinoClusters, pods, newest events, end of the operator's log. */
export async function describeState(namespace: string): Promise<string> {
  const sections: readonly (readonly [string, Promise<string>])[] = [
    [
      "status of the TrinoClusters",
      kubectl([
        "get",
        "trinoclusters",
        `--namespace=${namespace}`,
        '--output=jsonpath={range .items[*]}{.metadata.name} {.status}{"\\n"}{end}',
      ]),
    ],
    ["pods", kubectl(["get", "pods", `--namespace=${namespace}`, "--output=wide"])],
    ["newest events", newestEvents(namespace)],
    ["end of the operator's log", operatorLog(LOG_LINES_SHOWN)],
  ];
  const texts = await Promise.all(sections.map(async ([title, text]) => `--- ${title}\n${(await text.catch(messageOf)).trim()}`));
  return texts.join("\n");
}

/** Writes everything about a namespace into `reports/e2e/NAME` and returns that folder. */
export async function writeDiagnostics(namespace: string, name: string): Promise<string> {
  const folder = join(REPORTS, name.replaceAll(/[^A-Za-z0-9]+/g, "-").slice(0, 80));
  await mkdir(folder, { recursive: true });
  const files: readonly (readonly [string, Promise<string>])[] = [
    ["summary.txt", describeState(namespace)],
    ["trinoclusters.yaml", kubectl(["get", "trinoclusters", `--namespace=${namespace}`, "--output=yaml"])],
    ["objects.yaml", kubectl(["get", "all,configmaps,pdb,controllerrevisions,pvc", `--namespace=${namespace}`, "--output=yaml"])],
    ["pods.txt", kubectl(["describe", "pods", `--namespace=${namespace}`])],
    ["events.txt", kubectl(["get", "events", `--namespace=${namespace}`, "--sort-by=.lastTimestamp"])],
    ["operator.log", operatorLog()],
    ["operator.txt", kubectl(["describe", "pods", `--namespace=${OPERATOR_NAMESPACE}`])],
    ...(await logFiles(namespace)),
  ];
  await Promise.all(files.map(async ([file, text]) => writeFile(join(folder, file), await text.catch(messageOf))));
  return folder;
}

async function logFiles(namespace: string): Promise<readonly (readonly [string, Promise<string>])[]> {
  const pods = await list("pods", namespace).catch(() => []);
  return pods.flatMap(({ metadata: { name } }) => {
    const logs = (...more: readonly string[]): Promise<string> =>
      kubectl(["logs", name, `--namespace=${namespace}`, "--all-containers", "--prefix", ...more]);
    return [[`${name}.log`, logs()] as const, [`${name}.previous.log`, logs("--previous")] as const];
  });
}

async function newestEvents(namespace: string): Promise<string> {
  const text = await kubectl(["get", "events", `--namespace=${namespace}`, "--sort-by=.metadata.creationTimestamp"]);
  return text.trim().split("\n").slice(-EVENTS_SHOWN).join("\n");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
