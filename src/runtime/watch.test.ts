import { expect, test } from "vitest";
import { type ApiError, ConnectionError } from "./api-error.ts";
import { createManualClock } from "./manual-clock.ts";
import { readEvents, readLines, whileAlive } from "./watch.ts";

async function* chunksOf(buffer: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < buffer.length; start += size) yield buffer.subarray(start, start + size);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test("lines come whole wherever the network cuts them, inside a character too", async () => {
  const text = '{"a":"zürich €"}\n\n{"b":"🐇🐇"}\ncut';
  for (let size = 1; size < 30; size++)
    expect(await collect(readLines(chunksOf(Buffer.from(text), size)))).toEqual(['{"a":"zürich €"}', "", '{"b":"🐇🐇"}']);
});

test("an ERROR event is thrown with its code", async () => {
  const stream = Buffer.from('{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n');
  await expect(collect(readEvents(chunksOf(stream, 7), "/p"))).rejects.toMatchObject({
    name: "ApiError",
    code: 410,
    reason: "Expired",
  } satisfies Partial<ApiError>);
});

test("a line that is no JSON breaks the watch", async () => {
  await expect(collect(readEvents(chunksOf(Buffer.from('{"type":\n'), 99), "/p"))).rejects.toBeInstanceOf(ConnectionError);
});

test("silence is noticed once it lasted long enough, counted from the last chunk", async () => {
  const clock = createManualClock();
  const gate = Promise.withResolvers<void>();
  const idleAt: number[] = [];
  const chunks = async function* () {
    await clock.advance(60_000);
    yield Buffer.from("x");
    await gate.promise;
  };
  const reading = collect(whileAlive(chunks(), { clock, idleMs: 90_000, onIdle: () => idleAt.push(clock.monotonic()) }));
  await clock.advance(0);
  await clock.advance(200_000);
  gate.resolve();
  await reading;
  expect(idleAt).toEqual([150_000]);
  expect(clock.timers).toBe(0);
});
