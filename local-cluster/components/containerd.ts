import { POD_RANGE } from "../addresses.ts";
import type { Component } from "../component.ts";
import { containerdRoot, containerdSocket, statePath } from "../paths.ts";
import { run } from "../progress.ts";

const CONFIG_FILE = statePath("config", "containerd.toml");
const STORE_CONFIG_FILE = statePath("config", "containerd-store.toml");
const NETWORK_DIRECTORY = statePath("config", "cni");

/** The container that holds a pod's namespaces while its other containers come and go; one of the cluster's images. */
const PAUSE_IMAGE = "registry.k8s.io/pause:3.10";

const CRI = 'plugins."io.containerd.grpc.v1.cri"';

const directories = (): string => `version = 2
root = "${containerdRoot()}"
state = "${statePath("containerd", "run")}"

[grpc]
  address = "${containerdSocket()}"
`;

/** https://github.com/containerd/containerd/blob/release/1.7/docs/cri/config.md */
const CONFIG = `${directories()}
[${CRI}]
  sandbox_image = "${PAUSE_IMAGE}"
  # A container may not lower its oom_score_adj; without this runc would stop where this machine is one itself.
  restrict_oom_score_adj = true
  # Below our own directory, where the next start finds what a killed cluster left.
  netns_mounts_under_state_dir = true
  [${CRI}.cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${NETWORK_DIRECTORY}"
  [${CRI}.containerd]
    snapshotter = "overlayfs"
    [${CRI}.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [${CRI}.containerd.runtimes.runc.options]
        SystemdCgroup = false
        Root = "${statePath("containerd", "run", "runc")}"
`;

/**
 * Each pod gets a wire of its own to the node, which routes between them. Not the usual bridge: packets between two
 * pods on a bridge bypass the firewall rules that make Services work, unless a kernel module is there.
 *
 * https://www.cni.dev/plugins/current/main/ptp/
 */
const POD_NETWORK = {
  cniVersion: "0.4.0",
  name: "trino-operator",
  plugins: [
    {
      type: "ptp",
      ipMasq: false,
      ipam: {
        type: "host-local",
        dataDir: statePath("cni"),
        ranges: [[{ subnet: POD_RANGE }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

const health = (): Promise<unknown> => run("ctr", ["--address", containerdSocket(), "version"]);

/** containerd, which keeps images and runs containers for the kubelet. */
export const containerd: Component = {
  name: "containerd",
  endpoint: containerdSocket(),
  files: {
    [CONFIG_FILE]: CONFIG,
    [`${NETWORK_DIRECTORY}/10-trino-operator.conflist`]: JSON.stringify(POD_NETWORK, null, 2),
  },
  command: () => ["containerd", "--config", CONFIG_FILE],
  health,
};

/** containerd without the part that knows pods: for clearing what is left over of them. */
export const containerdStore: Component = {
  name: "containerd-store",
  endpoint: containerdSocket(),
  files: { [STORE_CONFIG_FILE]: `disabled_plugins = ["io.containerd.grpc.v1.cri"]\n${directories()}` },
  command: () => ["containerd", "--config", STORE_CONFIG_FILE],
  health,
};
