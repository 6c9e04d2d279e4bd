/** The hollow Trino keeps the contract that a real one keeps in `test/e2e/hollow-contract.test.ts`. */
import { afterAll, beforeAll, describe } from "vitest";
import type { TrinoQuestion } from "../../src/lifecycle/trino-client.ts";
import { directTransport } from "../../src/lifecycle/trino-transport.ts";
import { HollowTrino } from "../hollow/trino.ts";
import { trinoContract } from "../hollow/trino-contract.ts";

describe.each([476, 483])("a hollow Trino %i", (version) => {
  const processes: HollowTrino[] = [];

  beforeAll(async () => {
    for (const [index, role] of (["coordinator", "worker", "worker"] as const).entries()) {
      const options = { version, role, sharedSecret: "hollow", ip: `198.18.7.${index}`, peers: () => processes };
      processes.push(await HollowTrino.start(options));
    }
  });
  afterAll(() => {
    for (const trino of processes) trino.stop();
  });

  const question = ({ options }: HollowTrino): TrinoQuestion => ({
    endpoint: { namespace: "n", pod: options.ip, ip: options.ip, port: 8080 },
    version,
    sharedSecret: "hollow",
    now: Date.now(),
  });
  const of = (role: string): readonly TrinoQuestion[] => processes.filter(({ options }) => options.role === role).map(question);
  trinoContract(() => ({
    version,
    coordinator: () => Promise.resolve(of("coordinator")[0] as TrinoQuestion),
    workers: () => Promise.resolve(of("worker")),
    send: (endpoint, request) => {
      const port = processes.find(({ options }) => options.ip === endpoint.ip)?.port ?? 0;
      return directTransport({ ...endpoint, ip: "127.0.0.1", port }, request);
    },
  }));
});
