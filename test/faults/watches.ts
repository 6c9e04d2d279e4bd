/** The watches that go through the proxy: they can be held back, cut, and let expire. */
import type { IncomingMessage, ServerResponse } from "node:http";

interface Watch {
  readonly resource: string;
  readonly response: ServerResponse;
  readonly upstream: IncomingMessage | undefined;
  waiting: Buffer[];
}

/** All watches of one operator. */
export class Watches {
  readonly #open = new Set<Watch>();
  readonly #expired = new Set<string>();
  #held: (resource: string) => boolean = () => false;

  /** Joins both ends. Without an upstream the watch is open and silent. */
  add(resource: string, response: ServerResponse, upstream: IncomingMessage | undefined): void {
    const watch: Watch = { resource, response, upstream, waiting: [] };
    this.#open.add(watch);
    upstream?.on("data", (chunk: Buffer) => {
      if (this.#held(resource)) watch.waiting.push(chunk);
      else response.write(chunk);
    });
    upstream?.on("error", () => response.destroy());
    upstream?.on("end", () => response.end());
    response.on("close", () => {
      this.#open.delete(watch);
      upstream?.destroy();
    });
    response.on("error", () => response.destroy());
  }

  /** Holds back all events of these resources (of all unless told) until `release`; new watches tell nothing either. */
  hold(resource?: string): void {
    this.#held = (candidate) => resource === undefined || candidate === resource;
  }

  /** Tells what was held back. */
  release(): void {
    this.#held = () => false;
    for (const watch of this.#open) for (const chunk of watch.waiting.splice(0)) watch.response.write(chunk);
  }

  /** Cuts all watches, or those of one resource; what was held back is lost. */
  cut(resource?: string): void {
    for (const watch of this.#open) if (resource === undefined || watch.resource === resource) watch.response.destroy();
  }

  /** What was held back is never told: the watches are cut, and their versions are too old to go on from, so all is listed anew. */
  expire(): void {
    this.#held = () => false;
    for (const { resource } of this.#open) this.#expired.add(resource);
    this.cut();
  }

  /** Whether a watch from a version is refused, once for each resource. */
  isExpired(resource: string, url: string): boolean {
    return /[?&]resourceVersion=[1-9]/.test(url) && this.#expired.delete(resource);
  }
}
