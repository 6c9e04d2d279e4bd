/** `cluster-up`: makes or completes the cluster, and returns when it works. */
import { clusterObjects } from "./cluster-objects.ts";
import type { Component } from "./component.ts";
import { ensureRunning } from "./component.ts";
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
import { canGoOn, layOut } from "./fresh-start.ts";
import { importImage, presentImages } from "./image-store.ts";
import { ensureImages } from "./images/images.ts";
import { kubectl } from "./kubectl.ts";
import { installPackages } from "./packages.ts";
import { requireCapableMachine, requireFreeResources } from "./preflight.ts";
import type { Programs } from "./programs.ts";
import { makePrograms } from "./programs.ts";
import { expectDefaultStorageClass, expectNodeReady, expectServicesReachable } from "./ready.ts";
import { connectionHelp } from "./status.ts";
import { waitFor } from "./wait.ts";

/** Brings the cluster up, whatever state the machine is in; when it is up already, this only looks at each component. */
export async function up(): Promise<void> {
  await requireCapableMachine();
  const goesOn = await canGoOn();
  if (!goesOn) await requireFreeResources();
  await installPackages();
  const programs = await makePrograms();
  const images = await ensureImages();
  if (!goesOn) await layOut(programs);
  const start = (component: Component): Promise<void> => ensureRunning(component, programs);
  await Promise.all([
    startControlPlane(start, programs),
    start(containerd).then(() => importImages(images.map(({ path }) => path))),
    start(s3),
  ]);
  await Promise.all([kubelet, kubeProxy, coredns, localPathProvisioner].map(start));
  await expectWorking(programs);
  process.stdout.write(`The cluster is up.\n\n${connectionHelp()}`);
}

async function startControlPlane(start: (component: Component) => Promise<void>, programs: Programs): Promise<void> {
  await start(etcd);
  await start(kubeApiserver);
  await Promise.all([start(kubeControllerManager), start(kubeScheduler)]);
  const objects = JSON.stringify(clusterObjects());
  // The service accounts and default roles of a new API server come a moment after it is ready.
  await waitFor("the cluster's own objects", () => kubectl(programs, ["apply", "--server-side", "-f", "-"], objects));
}

async function importImages(archives: readonly string[]): Promise<void> {
  const present = await presentImages();
  for (const archive of archives) await importImage(archive, present);
}

async function expectWorking(programs: Programs): Promise<void> {
  await waitFor("the node to be Ready", () => expectNodeReady(programs));
  await waitFor("Services to be reachable", expectServicesReachable);
  await expectDefaultStorageClass(programs);
}
