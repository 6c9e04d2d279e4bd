/** A TCP relay in front of an API server, which can be cut as a network is: nothing arrives any more, and nobody is told. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A relay. */
export interface Relay {
  /** The address to give to a client instead of the API server's. */
  readonly url: string;
  /** From now on nothing passes, in both directions or in that of the requests only; what is sent meanwhile is held. */
  readonly cut: (direction: "requests" | "both") => void;
  /** What was held is delivered, also of a client that has given up meanwhile: the worst that a network can do. */
  readonly heal: () => void;
  /** Whether neither side has a connection through it any more: what was sent through it has come to its end. */
  readonly isIdle: () => boolean;
  readonly stop: () => void;
}

/** Starts a relay to `target`, such as `https://127.0.0.1:41234`. */
export async function startRelay(target: string): Promise<Relay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const cut = { requests: false, answers: false };
  const held: (() => unknown)[] = [];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    const join = (from: Socket, to: Socket): void => {
      const pass = (act: () => unknown): void => void (cut[from === near ? "requests" : "answers"] ? held.push(act) : act());
      sockets.add(from);
      from.on("data", (data) => pass(() => to.write(data)));
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        pass(() => to.destroySoon());
      });
    };
    join(near, far);
    join(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: (direction) => {
      cut.requests = true;
      cut.answers = direction === "both";
    },
    heal: () => {
      cut.requests = false;
      cut.answers = false;
      for (const act of held.splice(0)) act();
    },
    isIdle: () => sockets.size === 0,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
