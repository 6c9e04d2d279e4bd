/** All components of the cluster. */
import type { Component } from "./component.ts";
import { containerd } from "./components/containerd.ts";
import { coredns } from "./components/coredns.ts";
import { etcd } from "./components/etcd.ts";
import { kubeApiserver } from "./components/kube-apiserver.ts";
import { kubeControllerManager } from "./components/kube-controller-manager.ts";
import { kubeProxy } from "./components/kube-proxy.ts";
import { kubeScheduler } from "./components/kube-scheduler.ts";
import { kubelet } from "./components/kubelet.ts";
import { localPathProvisioner } from "./components/local-path-provisioner.ts";
import { s3 } from "./components/s3.ts";

/** In the order in which they start; each needs only those before it. */
export const COMPONENTS: readonly Component[] = [
  etcd,
  kubeApiserver,
  kubeControllerManager,
  kubeScheduler,
  containerd,
  s3,
  coredns,
  kubeProxy,
  kubelet,
  localPathProvisioner,
];
