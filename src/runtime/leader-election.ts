/** Who of several replicas works: the holder of a Lease. The rules are those of client-go's leaderelection. */
import { isAlreadyExists, isConflict, isNotFound } from "./api-error.ts";
import type { Client } from "./client.ts";
import { type Clock, sleep, systemClock } from "./clock.ts";
import type { Logger } from "./logger.ts";
import type { RuntimeMetrics } from "./metrics.ts";
import type { KubernetesObject, NamespacedName, ResourceType } from "./object.ts";

/** What an election needs. */
export interface LeaderElectionOptions {
  readonly lease: NamespacedName;
  /** Who we are: unique per process, e.g. the pod's name and a random suffix. */
  readonly identity: string;
  readonly logger: Logger;
  readonly metrics?: RuntimeMetrics;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  /** How long others wait after our last renewal, 15 s by default (client-go's, as the two below). */
  readonly leaseDurationMs?: number;
  /** We stop this long after our last renewal was sent, 10 s by default; shorter than the lease. */
  readonly renewDeadlineMs?: number;
  /** Between two tries, 2 s by default. */
  readonly retryPeriodMs?: number;
}

/** Whether we lead. */
export interface LeaderElector {
  /** Asked before every write: true only while nobody else can have the lease, by the monotonic clock. */
  isLeader(): boolean;
  /** Resolves when we lead, or when `signal` aborts. */
  acquire(signal: AbortSignal): Promise<void>;
  /** Aborts when leadership is lost, before the lease can expire. */
  readonly lost: AbortSignal;
  /** Gives the lease away, so that the next leader need not wait for its end; after the work has stopped. Never rejects. */
  release(): Promise<void>;
}

/** coordination.k8s.io/v1 Lease. Source: https://kubernetes.io/docs/concepts/architecture/leases/ */
export const LEASE: ResourceType = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", plural: "leases", namespaced: true };

interface Lease extends KubernetesObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

/** An election by a Lease; give it a client that is not fenced. */
export function createLeaderElector(client: Client, options: LeaderElectionOptions): LeaderElector {
  return new LeaseElector(client, {
    clock: systemClock,
    random: Math.random,
    leaseDurationMs: 15_000,
    renewDeadlineMs: 10_000,
    retryPeriodMs: 2_000,
    ...options,
  });
}

/** For a single replica: always leads. */
export function alwaysLeader(): LeaderElector {
  return { isLeader: () => true, acquire: () => Promise.resolve(), lost: new AbortController().signal, release: () => Promise.resolve() };
}

/**
 * Who waits looks two to three times in a retry period, where client-go lets up to 2.2 of them pass. A renewal counts from when it
 * was seen, so how late it is seen is how much longer than the lease a crash takes; and a lease that is given back waits for a look.
 */
const LOOKS = { shortest: 1 / 3, longest: 1 / 2 };

type Options = Required<Omit<LeaderElectionOptions, "metrics">> & Pick<LeaderElectionOptions, "metrics">;

class LeaseElector implements LeaderElector {
  readonly #client: Client;
  readonly #options: Options;
  readonly #lost = new AbortController();
  readonly #stopped = new AbortController();
  /** The lease as last seen, and when we saw it change: other machines' clocks are never compared with ours. */
  #seen: { lease: Lease; at: number } | undefined;
  /** When the last successful renewal was sent (monotonic); undefined while we do not lead. */
  #renewedAt: number | undefined;
  #cancelDeadline = () => {};

  constructor(client: Client, options: Options) {
    this.#client = client;
    this.#options = options;
    this.#options.metrics?.leader.set({ name: options.lease.name }, 0);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  isLeader(): boolean {
    const { clock, renewDeadlineMs } = this.#options;
    return this.#renewedAt !== undefined && !this.#lost.signal.aborted && clock.monotonic() - this.#renewedAt < renewDeadlineMs;
  }

  async acquire(signal: AbortSignal): Promise<void> {
    const { clock, random, retryPeriodMs, logger, identity, metrics, lease } = this.#options;
    while (!signal.aborted) {
      if (await this.#try(signal)) {
        logger.info("became leader", { lease: lease.name, identity });
        metrics?.leader.set({ name: lease.name }, 1);
        void this.#keep();
        return;
      }
      const pauseMs = retryPeriodMs * (LOOKS.shortest + (LOOKS.longest - LOOKS.shortest) * random());
      const leftMs = this.#expiresInMs(clock.monotonic());
      await sleep(clock, leftMs > 0 ? Math.min(pauseMs, leftMs) : pauseMs, signal);
    }
  }

  async release(): Promise<void> {
    const { clock, logger } = this.#options;
    const held = this.isLeader() ? this.#seen?.lease : undefined;
    this.#stopped.abort();
    this.#cancelDeadline();
    this.#renewedAt = undefined;
    this.#options.metrics?.leader.set({ name: this.#options.lease.name }, 0);
    if (held === undefined) return;
    try {
      // As client-go does: an empty holder may be followed at once.
      await this.#write(held, { holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(clock.now()) });
      logger.info("released the lease");
    } catch (error) {
      logger.warn("cannot release the lease", { error });
    }
  }

  async #keep(): Promise<void> {
    const { clock, retryPeriodMs } = this.#options;
    const ended = AbortSignal.any([this.#stopped.signal, this.#lost.signal]);
    while (!ended.aborted) {
      await sleep(clock, retryPeriodMs, ended);
      // A try that hangs on a half-open connection must not stand in the way of the next one.
      if (!ended.aborted) await Promise.race([this.#try(ended), sleep(clock, this.#options.renewDeadlineMs / 2, ended)]);
    }
  }

  /** Whether we lead now. Never rejects. */
  async #try(signal: AbortSignal): Promise<boolean> {
    const { clock, logger } = this.#options;
    const sentAt = clock.monotonic();
    try {
      if (!(await this.#acquireOrRenew(sentAt))) return false;
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) logger.warn("cannot acquire or renew the lease", { error });
      // Somebody wrote it, maybe an earlier try of ours whose answer was lost: read it next time.
      if (isConflict(error)) this.#seen = undefined;
      return false;
    }
    if (!signal.aborted) this.#renewed(sentAt);
    return true;
  }

  async #acquireOrRenew(now: number): Promise<boolean> {
    const { identity } = this.#options;
    if (this.#renewedAt === undefined || this.#seen === undefined) await this.#observe();
    const lease = this.#seen?.lease;
    if (lease === undefined) {
      this.#remember(await this.#create());
      return true;
    }
    const { holderIdentity = "", leaseTransitions = 0, acquireTime } = lease.spec ?? {};
    const mine = holderIdentity === identity;
    if (!mine && this.#renewedAt !== undefined) {
      this.#lose("somebody else has the lease");
      return false;
    }
    if (!mine && holderIdentity !== "" && this.#expiresInMs(now) > 0) return false;
    const wallTime = microTime(this.#options.clock.now());
    this.#remember(
      await this.#write(lease, {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(this.#options.leaseDurationMs / 1000),
        acquireTime: mine ? (acquireTime ?? wallTime) : wallTime,
        renewTime: wallTime,
        leaseTransitions: mine ? leaseTransitions : leaseTransitions + 1,
      }),
    );
    return true;
  }

  /** Until the lease that we know ends, by our own clock; without one there is nothing to wait for. */
  #expiresInMs(now: number): number {
    if (this.#seen === undefined) return 0;
    const { lease, at } = this.#seen;
    return at + Math.max((lease.spec?.leaseDurationSeconds ?? 0) * 1000, this.#options.leaseDurationMs) - now;
  }

  async #observe(): Promise<void> {
    try {
      this.#remember(await this.#client.get<Lease>(LEASE, this.#options.lease));
    } catch (error) {
      if (!isNotFound(error)) throw error;
      this.#seen = undefined;
    }
  }

  #remember(lease: Lease): void {
    if (this.#seen?.lease.metadata.resourceVersion !== lease.metadata.resourceVersion)
      this.#seen = { lease, at: this.#options.clock.monotonic() };
  }

  #create(): Promise<Lease> {
    const { lease, identity, leaseDurationMs, clock } = this.#options;
    const time = microTime(clock.now());
    return this.#client.create<Lease>(LEASE, {
      apiVersion: LEASE.apiVersion,
      kind: LEASE.kind,
      metadata: lease,
      spec: {
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
        acquireTime: time,
        renewTime: time,
        leaseTransitions: 0,
      },
    });
  }

  /** Fails with a conflict when anybody wrote the lease since we saw it. */
  #write(lease: Lease, spec: NonNullable<Lease["spec"]>): Promise<Lease> {
    return this.#client.mergePatch<Lease>(LEASE, this.#options.lease, {
      metadata: { resourceVersion: lease.metadata.resourceVersion },
      spec,
    });
  }

  #renewed(sentAt: number): void {
    const { clock, renewDeadlineMs } = this.#options;
    // Two tries can overlap, and the older answer can come last.
    if (this.#renewedAt !== undefined && this.#renewedAt >= sentAt) return;
    this.#renewedAt = sentAt;
    this.#cancelDeadline();
    this.#cancelDeadline = clock.after(sentAt + renewDeadlineMs - clock.monotonic(), () => this.#lose("the lease was not renewed in time"));
  }

  #lose(reason: string): void {
    if (this.#lost.signal.aborted || this.#stopped.signal.aborted) return;
    const { logger, metrics, lease } = this.#options;
    this.#cancelDeadline();
    logger.error("lost the lease", { lease: lease.name, reason });
    metrics?.leader.set({ name: lease.name }, 0);
    this.#lost.abort(new Error(reason));
  }
}

/** metav1.MicroTime wants exactly six digits. */
function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace("Z", "000Z");
}
