/** The way from this machine to a coordinator: straight to its Service in the local cluster, by a port-forward elsewhere. */
import { onTestFinished } from "vitest";
import { get, type Live, startKubectl } from "./kubectl.ts";
import { isLocalCluster } from "./target.ts";
import type { ClusterName } from "./trino-cluster.ts";

interface Service extends Live {
  readonly spec: { readonly clusterIP: string; readonly ports: readonly { readonly port: number }[] };
}

/** A URL at which the cluster's client Service answers, and how to end what was started for it. */
export interface TrinoAddress {
  readonly url: string;
  readonly close: () => void;
}

/** Finds the way. */
export async function trinoAddress({ namespace, name }: ClusterName): Promise<TrinoAddress> {
  const { spec } = await get<Service>("service", name, namespace);
  const port = spec.ports[0]?.port ?? 8080;
  if (isLocalCluster()) return { url: `http://${spec.clusterIP}:${port}`, close: () => undefined };
  return forward(namespace, name, port);
}

/** The same for as long as the current test runs. */
export async function trinoUrl(cluster: ClusterName): Promise<string> {
  const { url, close } = await trinoAddress(cluster);
  onTestFinished(close);
  return url;
}

async function forward(namespace: string, service: string, port: number): Promise<TrinoAddress> {
  const child = startKubectl(["port-forward", `--namespace=${namespace}`, `service/${service}`, `:${port}`]);
  const local = await new Promise<string>((resolve, reject) => {
    let output = "";
    const listen = (chunk: Buffer): void => {
      output += chunk;
      const match = /127\.0\.0\.1:(\d+)/.exec(output);
      if (match?.[1]) resolve(match[1]);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", () => reject(new Error(`kubectl port-forward ended: ${output.trim()}`)));
  });
  return { url: `http://127.0.0.1:${local}`, close: () => void child.kill() };
}
