/**
 * The token with which one node of a cluster speaks to another. Who holds it may read a node's state and drain it whatever
 * authentication and access control the user configured; it cannot start a query.
 *
 * A JSON Web Token, HS256, in the header `X-Trino-Internal-Bearer`. Its key is derived from `internal-communication.shared-secret`:
 * SHA-256 up to Trino 479, HKDF-SHA256 from 480 on. Source: Trino's `InternalAuthenticationManager`
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { base64UrlOfBytes } from "./base64.ts";

/** The header that carries the token. */
export const INTERNAL_TOKEN_HEADER = "X-Trino-Internal-Bearer";

const FIRST_VERSION_WITH_HKDF = 480;
const KEY_BYTES = 32;

/** For which Trino, in whose name, and until when. */
export interface TokenOptions {
  /** The Trino version of the node that is spoken to. */
  readonly version: number;
  /** Who speaks; Trino logs it. */
  readonly subject: string;
  /** The end of validity, in seconds since the epoch. */
  readonly expiresAtSeconds: number;
}

/** Signs a token with the cluster's shared secret. */
export function internalToken(sharedSecret: string, { version, subject, expiresAtSeconds }: TokenOptions): string {
  const part = (content: object): string => base64UrlOfBytes(utf8ToBytes(JSON.stringify(content)));
  const signed = `${part({ alg: "HS256" })}.${part({ sub: subject, exp: expiresAtSeconds })}`;
  return `${signed}.${base64UrlOfBytes(hmac(sha256, signingKey(sharedSecret, version), utf8ToBytes(signed)))}`;
}

/** The key of the Secret `<cluster>-internal-<n>` that holds the drain token for a version. */
export function drainTokenKey(version: number): "drain-token-sha256" | "drain-token-hkdf" {
  return version < FIRST_VERSION_WITH_HKDF ? "drain-token-sha256" : "drain-token-hkdf";
}

function signingKey(sharedSecret: string, version: number): Uint8Array {
  const secret = utf8ToBytes(sharedSecret);
  if (version < FIRST_VERSION_WITH_HKDF) return sha256(secret);
  return hkdf(sha256, secret, undefined, utf8ToBytes("internal-communication"), KEY_BYTES);
}
