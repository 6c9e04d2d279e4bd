import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMebibytes, MEBIBYTE, parseDataSize } from "./data-size.ts";
import { parseDurationSeconds } from "./duration.ts";
import { parseQuantity } from "./quantity.ts";

describe("Kubernetes quantities", () => {
  it.each([
    { text: "0", expected: 0 },
    { text: "1", expected: 1 },
    { text: "500m", expected: 0.5 },
    { text: "1.5", expected: 1.5 },
    { text: ".5", expected: 0.5 },
    { text: "2Gi", expected: 2 * 2 ** 30 },
    { text: "1.5Gi", expected: 1.5 * 2 ** 30 },
    { text: "2G", expected: 2e9 },
    { text: "100k", expected: 1e5 },
    { text: "1e3", expected: 1000 },
    { text: "1E3", expected: 1000 },
    { text: "1E", expected: 1e18 },
    { text: "1Ei", expected: 2 ** 60 },
  ])("$text is $expected", ({ text, expected }) => expect(parseQuantity(text)).toBe(expected));

  it.each(["", "Gi", "2GB", "2 Gi", "2gi", "1K", "two", "1e", "--1"])("%j is none", (text) => expect(parseQuantity(text)).toBeUndefined());

  it("grows by 1024 from one binary suffix to the next", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1023 }), fc.integer({ min: 0, max: 4 }), (number, index) => {
        const suffixes = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
        expect(parseQuantity(`${number * 1024}${suffixes[index]}`)).toBe(parseQuantity(`${number}${suffixes[index + 1]}`));
      }),
    );
  });
});

describe("Trino's data sizes", () => {
  it.each([
    { text: "1B", expected: 1 },
    { text: "1kB", expected: 1024 },
    { text: "20GB", expected: 20 * 2 ** 30 },
    { text: "1.5GB", expected: 1.5 * 2 ** 30 },
    { text: " 2 TB ", expected: 2 * 2 ** 40 },
  ])("$text is $expected bytes", ({ text, expected }) => expect(parseDataSize(text)).toBe(expected));

  it.each(["1KB", "1gb", "1Gi", "1", "GB", "-1GB", "1e3GB", "", "30%"])("%j is refused as Trino refuses it", (text) => {
    expect(parseDataSize(text)).toBeUndefined();
  });

  it("writes whole mebibytes that it reads back, never more than it was given", () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (bytes) => {
        const read = parseDataSize(formatMebibytes(bytes)) ?? Number.NaN;
        expect(read).toBeLessThanOrEqual(bytes);
        expect(bytes - read).toBeLessThan(MEBIBYTE);
      }),
    );
  });
});

describe("Trino's durations", () => {
  it.each([
    { text: "30s", expected: 30 },
    { text: "1.5h", expected: 5400 },
    { text: "2m", expected: 120 },
    { text: "500ms", expected: 0.5 },
    { text: "100d", expected: 8_640_000 },
  ])("$text is $expected seconds", ({ text, expected }) => expect(parseDurationSeconds(text)).toBe(expected));

  it.each(["30", "1 hour", "1H", "PT30S", "", "-1s"])("%j is refused as Trino refuses it", (text) => {
    expect(parseDurationSeconds(text)).toBeUndefined();
  });
});
