/** The format of Trino's properties files: that of java.util.Properties. Source: https://docs.oracle.com/en/java/javase/24/docs/api/java.base/java/util/Properties.html#load(java.io.Reader) */
import { sortedEntries } from "../hash.ts";

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f" };

/** The text of a properties file, sorted by key. */
export function renderProperties(properties: Readonly<Record<string, string>>): string {
  return sortedEntries(properties)
    .map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}\n`)
    .join("");
}

function escapeKey(key: string): string {
  return escapeText(key).replaceAll(/[ :=#!]/g, (character) => `\\${character}`);
}

/** Only a leading space would be lost. The health check wants `key=value` without anything around the equals sign. */
function escapeValue(value: string): string {
  return escapeText(value).replace(/^ /, "\\ ");
}

/** Unicode escapes, because Trino's readers differ in the encoding that they assume. */
function escapeText(text: string): string {
  return text.replaceAll(/[\\\n\r\t\f]|[^\x20-\x7e]/g, (character) => ESCAPES[character] ?? unicodeEscape(character));
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
