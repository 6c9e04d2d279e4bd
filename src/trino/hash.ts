/** Hashes in names: equal content has the same name, other content another. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const HEX_DIGITS = 10;

/** 10 lower-case hex digits of SHA-256 over the canonical JSON of a value. */
export function contentHash(content: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson(content)))).slice(0, HEX_DIGITS);
}

/** Like `contentHash`, keyed: who sees the name cannot try out what the content may be. */
export function secretHash(key: string, content: unknown): string {
  return bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(canonicalJson(content)))).slice(0, HEX_DIGITS);
}

/** JSON with sorted keys: the order in which an object was put together does not count. */
function canonicalJson(content: unknown): string {
  return JSON.stringify(content, (_key, value: unknown) => (isRecord(value) ? Object.fromEntries(sortedEntries(value)) : value));
}

/** The entries of a record in the order of their keys' code units, which is the same on every machine. */
export function sortedEntries<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
