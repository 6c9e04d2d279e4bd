import { createHash, createHmac, hkdfSync } from "node:crypto";
import { expect, it } from "vitest";
import { drainTokenKey, internalToken } from "./internal-token.ts";

const SECRET = "a shared secret with ümlaut";

it.each([
  { version: 479, name: "SHA-256 up to 479", key: createHash("sha256").update(SECRET).digest(), file: "drain-token-sha256" },
  {
    version: 480,
    name: "HKDF from 480 on",
    key: Buffer.from(hkdfSync("sha256", SECRET, "", "internal-communication", 32)),
    file: "drain-token-hkdf",
  },
])("signs by a key that is derived with $name", ({ version, key, file }) => {
  const [header = "", payload = "", signature] = internalToken(SECRET, {
    version,
    subject: "drain",
    expiresAtSeconds: 4_102_444_800,
  }).split(".");
  expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({ alg: "HS256" });
  expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toEqual({ sub: "drain", exp: 4_102_444_800 });
  expect(signature).toBe(createHmac("sha256", key).update(`${header}.${payload}`).digest("base64url"));
  expect(drainTokenKey(version)).toBe(file);
});
