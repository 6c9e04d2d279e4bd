/** What the internal secret of a cluster holds; made once, never rewritten under running pods. */
import { internalToken } from "../../trino/internal-token.ts";

/** The drain tokens outlive any pod: a preStop hook cannot ask for a new one. 2100-01-01, in seconds. */
const NEVER_SECONDS = 4_102_444_800;

/** The shared secret, and a drain token for each way in which a version derives its key from it. */
export function internalSecretValues(sharedSecret: string): Readonly<Record<string, string>> {
  const token = (version: number): string =>
    internalToken(sharedSecret, { version, subject: "trino-operator-drain", expiresAtSeconds: NEVER_SECONDS });
  return { "shared-secret": sharedSecret, "drain-token-sha256": token(479), "drain-token-hkdf": token(480) };
}
