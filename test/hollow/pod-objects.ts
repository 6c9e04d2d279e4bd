/** The ConfigMaps and Secrets without which a kubelet does not start a pod. */
import type { IPod } from "kubernetes-models/v1/Pod";

/** One of them. */
export interface NamedObject {
  readonly kind: "ConfigMap" | "Secret";
  readonly name: string;
}

/** Those of a pod, each once; optional ones left out. */
export function objectsOf({ spec }: Pick<IPod, "spec">): readonly NamedObject[] {
  const all: NamedObject[] = [];
  const add = (kind: NamedObject["kind"], name: string | undefined, optional: boolean | undefined): void => {
    if (name !== undefined && optional !== true && !all.some((one) => one.kind === kind && one.name === name)) all.push({ kind, name });
  };
  for (const { configMap, secret, projected } of spec?.volumes ?? []) {
    add("ConfigMap", configMap?.name, configMap?.optional);
    add("Secret", secret?.secretName, secret?.optional);
    for (const source of projected?.sources ?? []) {
      add("ConfigMap", source.configMap?.name, source.configMap?.optional);
      add("Secret", source.secret?.name, source.secret?.optional);
    }
  }
  for (const { env = [] } of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    for (const { valueFrom } of env) {
      add("ConfigMap", valueFrom?.configMapKeyRef?.name, valueFrom?.configMapKeyRef?.optional);
      add("Secret", valueFrom?.secretKeyRef?.name, valueFrom?.secretKeyRef?.optional);
    }
  }
  return all;
}
