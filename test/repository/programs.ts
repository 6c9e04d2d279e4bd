/** Programs that only tests of the repository need, for the long form: each is brought by a package, once. */
import { join } from "node:path";
import { cached } from "../../local-cluster/cache.ts";
import { goCommand } from "../../local-cluster/go-toolchain.ts";
import { installPackages } from "../../local-cluster/packages.ts";
import { run, step } from "../../local-cluster/progress.ts";

/** The path of actionlint, built from its Go module where the cache lacks it. https://github.com/rhysd/actionlint */
export async function actionlint(version: string): Promise<string> {
  const module = "github.com/rhysd/actionlint/cmd/actionlint";
  const folder = await cached("actionlint", version, (directory) =>
    step(`building ${module} ${version}`, async () => {
      const env = { GOBIN: directory, CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" };
      await run(await goCommand(), ["install", `${module}@${version}`], { env });
    }),
  );
  return join(folder, "actionlint");
}

/** Makes sure of shellcheck, which actionlint also calls for the scripts in workflows. https://www.shellcheck.net */
export async function shellcheck(): Promise<string> {
  await installPackages({ shellcheck: "shellcheck" });
  return "shellcheck";
}
