/**
 * Bundles the operator: `dist/operator.js`, complete for running in a cluster, and beside it what is loaded on demand.
 * `@kubernetes/client-node` costs 85 MiB of memory and is needed outside a cluster only, so whatever is imported by
 * `import()` becomes a file of its own that a container image may leave out.
 */
import { rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";

const repository = join(import.meta.dirname, "..");
const version = process.env["TRINO_OPERATOR_VERSION"] ?? process.env["npm_package_version"] ?? "0.1.0";

/** What the operator must never load at its start. */
const HEAVY = ["node_modules/@kubernetes/client-node/", "node_modules/zod/", "node_modules/kubernetes-models/"];

const common = {
  absWorkingDir: repository,
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: true,
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  legalComments: "linked",
  define: { "process.env.TRINO_OPERATOR_VERSION": JSON.stringify(version) },
  // Packages written for CommonJS call require() for Node's own modules.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
  metafile: true,
  logLevel: "warning",
} as const satisfies BuildOptions;

/**
 * `import "node:http"` evaluates all that it exports, WebSocket among them: undici, HTTP/2 and web streams, 4 MB of resident memory
 * that nobody uses. `require` gives the same module and evaluates nothing.
 */
const requireHttp: Plugin = {
  name: "require-http",
  setup: (builder) => {
    builder.onResolve({ filter: /^node:http$/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "require-http" } : undefined,
    );
    builder.onLoad({ filter: /^/, namespace: "require-http" }, ({ path }) => ({ contents: `module.exports = require("${path}");` }));
  },
};

rmSync(join(repository, "dist"), { recursive: true, force: true });
try {
  const onDemand = await bundleOperator();
  await build({ ...common, entryPoints: onDemand, splitting: true, chunkNames: "chunks/[name]-[hash]" });
} catch {
  process.exit(1); // esbuild has said why
}
writeFileSync(join(repository, "dist/package.json"), '{ "type": "module" }\n');

/** Returns what is imported on demand: name of the file in dist → its source. */
async function bundleOperator(): Promise<Record<string, string>> {
  const onDemand: Record<string, string> = {};
  const { metafile } = await build({ ...common, entryPoints: { operator: "src/main.ts" }, plugins: [requireHttp, setAside(onDemand)] });
  refuseHeavy(metafile);
  const output = metafile.outputs["dist/operator.js"];
  const modules = Object.keys(output?.inputs ?? {}).length;
  console.log(
    `dist/operator.js ${version}: ${Math.round((output?.bytes ?? 0) / 1024)} KiB of ${modules} modules; on demand: ${Object.keys(onDemand).join(", ")}`,
  );
  return onDemand;
}

/** Turns every `import()` into that of a file beside the bundle, and notes it in `found`. */
function setAside(found: Record<string, string>): Plugin {
  return {
    name: "set-aside",
    setup: (builder) =>
      builder.onResolve({ filter: /^/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
        if (kind !== "dynamic-import" || path.startsWith("node:") || pluginData === "resolving" || importer.includes("node_modules"))
          return undefined;
        const resolved = await builder.resolve(path, { kind, resolveDir, importer, pluginData: "resolving" });
        const name = basename(path, ".ts");
        found[name] = resolved.path;
        return { path: `./${name}.js`, external: true };
      }),
  };
}

function refuseHeavy({ inputs }: Metafile): void {
  const heavy = HEAVY.filter((folder) => Object.keys(inputs).some((input) => input.startsWith(folder)));
  if (heavy.length === 0) return;
  console.error(`${heavy.join(", ")} would be loaded at the start of the operator; import it lazily, or only its types`);
  process.exit(1);
}
