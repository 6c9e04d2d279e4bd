/** The command `run`: the operator process. */
import { randomBytes } from "node:crypto";
import { collectDefaultMetrics } from "prom-client";
import { setupTrinoCluster } from "../controllers/trino-cluster/setup.ts";
import { systemClock } from "../runtime/clock.ts";
import type { Connection, Environment } from "../runtime/connection.ts";
import { fence } from "../runtime/fence.ts";
import { createClient } from "../runtime/http-client.ts";
import type { Address } from "../runtime/http-server.ts";
import { alwaysLeader, createLeaderElector, type LeaderElector } from "../runtime/leader-election.ts";
import { loadConnection } from "../runtime/load-connection.ts";
import { createLogger, type Logger } from "../runtime/logger.ts";
import { createManager, type RunResult } from "../runtime/manager.ts";
import { createMetrics } from "../runtime/metrics.ts";
import type { WatchClient } from "../runtime/watch-types.ts";

/** The options of `run`, from flags and environment. */
export interface RunOptions {
  readonly environment: Environment;
  /** Namespaces to watch; empty for all. */
  readonly namespaces: readonly string[];
  readonly leaderElect: boolean;
  readonly leaseName: string;
  readonly probes: Address;
  readonly metrics: Address;
  readonly logLevel: "debug" | "info" | "warn" | "error";
  readonly logFormat: "json" | "text";
  /** Part of this process's identity: the pod's or the host's name. */
  readonly hostname: string;
}

/** Runs the operator until `signal` aborts or the lease is lost. */
export async function run(options: RunOptions, signal: AbortSignal): Promise<RunResult> {
  const logger = createLogger({ level: options.logLevel, format: options.logFormat });
  const metrics = createMetrics();
  collectDefaultMetrics({ register: metrics.registry });
  const connection = await loadConnection(options.environment, systemClock);
  const client = createClient(connection, { metrics, userAgent: "trino-operator", mayRepeatWrites: () => elector.isLeader() });
  const identity = `${options.hostname}_${randomBytes(4).toString("hex")}`;
  const elector: LeaderElector = createElector(options, { client, connection, identity, logger });
  const { controller, informers } = setupTrinoCluster({
    client: fence(client, elector),
    namespaces: options.namespaces,
    inCluster: connection.inCluster,
    identity: options.hostname,
    logger,
    metrics,
  });
  logger.info("starting", { server: connection.server.host, namespaces: options.namespaces, leaderElection: options.leaderElect });
  const manager = createManager({
    informers,
    controllers: [controller],
    elector,
    logger,
    metrics,
    probes: options.probes,
    metricsAddress: options.metrics,
    onLeaseLost: () => client.close(),
  });
  const result = await manager.run(signal);
  client.close();
  return result;
}

interface ElectionParts {
  readonly client: WatchClient;
  readonly connection: Connection;
  readonly identity: string;
  readonly logger: Logger;
}

function createElector(options: RunOptions, { client, connection, identity, logger }: ElectionParts): LeaderElector {
  if (!options.leaderElect) return alwaysLeader();
  return createLeaderElector(client, { lease: { namespace: connection.namespace, name: options.leaseName }, identity, logger });
}
