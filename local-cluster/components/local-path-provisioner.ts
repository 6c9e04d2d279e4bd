import type { Component } from "../component.ts";
import { componentKubeconfig } from "../kubeconfigs.ts";
import { statePath } from "../paths.ts";

/** The Kubernetes namespace in which helper pods make and delete the directories of volumes. */
export const STORAGE_NAMESPACE = "local-path-storage";

/** The name of the provisioner's ConfigMap and ServiceAccount. */
export const STORAGE_NAME = "local-path";

/** The image of the helper pods: any with `sh`, `mkdir` and `rm`. */
const HELPER_IMAGE = "docker.io/library/busybox:1";

const CONFIG_FILE = statePath("config", "local-path.json");
const HELPER_POD_FILE = statePath("config", "local-path-helper.json");

const CONFIG = {
  nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [statePath("volumes")] }],
};

const HELPER_POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "helper-pod" },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: "helper-pod", image: HELPER_IMAGE, imagePullPolicy: "IfNotPresent" }],
  },
};

/** The provisioner of volumes, directories of the node: https://github.com/rancher/local-path-provisioner */
export const localPathProvisioner: Component = {
  name: "local-path-provisioner",
  endpoint: "StorageClass local-path",
  files: {
    [CONFIG_FILE]: JSON.stringify(CONFIG, null, 2),
    [HELPER_POD_FILE]: JSON.stringify(HELPER_POD, null, 2),
  },
  command: (programs) => [
    programs["local-path-provisioner"],
    "start",
    `--kubeconfig=${componentKubeconfig("local-path-provisioner")}`,
    `--config=${CONFIG_FILE}`,
    `--helper-pod-file=${HELPER_POD_FILE}`,
    `--helper-image=${HELPER_IMAGE}`,
    `--namespace=${STORAGE_NAMESPACE}`,
    `--configmap-name=${STORAGE_NAME}`,
    `--service-account-name=${STORAGE_NAME}`,
  ],
  // It has no endpoint: that it runs is all that can be asked.
  health: async () => {},
};
