/** Lets seconds pass: in each, Kubernetes acts, then Trino, then the operator. */
import { kubeletStep } from "./kubelet.ts";
import { controllersStep } from "./kubernetes.ts";
import { checkCoordinators } from "./monitor.ts";
import { operatorStep } from "./operator.ts";
import { trinoStep } from "./trino.ts";
import { remember } from "./view.ts";
import type { World } from "./world.ts";

/** Lets seconds pass. */
export function pass(world: World, seconds: number): void {
  for (let second = 0; second < seconds && world.monitor.violations.length === 0; second++) {
    world.now += 1000;
    controllersStep(world);
    kubeletStep(world);
    trinoStep(world);
    checkCoordinators(world);
    operatorStep(world);
    remember(world);
  }
}
