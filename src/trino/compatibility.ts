/**
 * What all nodes of a Trino cluster must have in common to work together.
 *
 * Trino never schedules on a worker of another version, and a node with another shared secret cannot even announce itself.
 * Source: https://trino.io/docs/current/installation/deployment.html and security/internal-communication.html
 */
import { INTERNAL_SECRET_ANNOTATION, VERSION_ANNOTATION } from "./labels.ts";

/** The compatibility of a pod template or pod, from its annotations; undefined where they are missing. */
export function compatibilityOf(annotations: Readonly<Record<string, string>> | undefined): string | undefined {
  const version = annotations?.[VERSION_ANNOTATION];
  const secret = annotations?.[INTERNAL_SECRET_ANNOTATION];
  return version === undefined || secret === undefined ? undefined : `${version} ${secret}`;
}
