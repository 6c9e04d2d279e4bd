import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderHadoopXml } from "./hadoop-xml.ts";
import { renderProperties } from "./properties.ts";

describe("a properties file", () => {
  it.each([
    { name: "sorts keys", properties: { b: "2", a: "1" }, text: "a=1\nb=2\n" },
    {
      name: "leaves equals signs and spaces in values alone",
      properties: { "connection-url": "jdbc:x?a=b c" },
      text: "connection-url=jdbc:x?a=b c\n",
    },
    { name: "escapes what would end a key", properties: { "a b:c=d#e": "1" }, text: "a\\ b\\:c\\=d\\#e=1\n" },
    { name: "keeps more than one line in one value", properties: { a: "1\n2" }, text: "a=1\\n2\n" },
    { name: "keeps a leading space and backslashes", properties: { a: " c:\\d" }, text: "a=\\ c:\\\\d\n" },
    { name: "writes other characters as escapes", properties: { a: "ü🎉" }, text: "a=\\u00fc\\ud83c\\udf89\n" },
    { name: "leaves references to the environment alone", properties: { a: "${ENV:X}" }, text: "a=${ENV:X}\n" },
  ])("$name", ({ properties, text }) => expect(renderProperties(properties)).toBe(text));

  it("is read back as it was by the rules of java.util.Properties", () => {
    const key = fc.string({ unit: "binary", minLength: 1 });
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: "binary" })), (properties) => {
        expect(readProperties(renderProperties(properties))).toEqual({ ...properties });
      }),
    );
  });
});

describe("a Hadoop configuration", () => {
  it("escapes what XML would take for its own", () => {
    expect(renderHadoopXml({ url: "jdbc:mysql://h?a=1&b=<2>" })).toBe(
      '<?xml version="1.0"?>\n<configuration>\n  <property>\n    <name>url</name>\n    <value>jdbc:mysql://h?a=1&amp;b=&lt;2&gt;</value>\n  </property>\n</configuration>\n',
    );
  });
});

/** A reader after the specification of Properties.load, without line continuation, which the writer never makes. */
function readProperties(text: string): Record<string, string> {
  const entries = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const end = /^(?:\\.|[^\\=])*/.exec(line)?.[0].length ?? 0;
      return [unescaped(line.slice(0, end)), unescaped(line.slice(end + 1))] as const;
    });
  return Object.fromEntries(entries);
}

function unescaped(text: string): string {
  const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f" };
  return text.replaceAll(/\\(?:u([0-9a-f]{4})|(.))/g, (_match, code: string | undefined, character: string) =>
    code === undefined ? (controls[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
