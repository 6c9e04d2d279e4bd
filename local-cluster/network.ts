/**
 * The cluster's network: a namespace of its own without any way out, joined to the machine by one wire (veth pair).
 *
 * The machine routes the ranges of pods and Services into the wire, so a test or a browser on it reaches them directly.
 */
import { existsSync } from "node:fs";
import {
  GATEWAY_ADDRESS,
  GATEWAY_DEVICE,
  HOST_ADDRESS,
  HOST_DEVICE,
  NAMESPACE,
  NAMESPACE_FILE,
  NODE_ADDRESS,
  NODE_DEVICE,
  POD_RANGE,
  SERVICE_RANGE,
} from "./addresses.ts";
import { run } from "./progress.ts";

const WIRE_PREFIX = 30;

/** Whether the namespace and the wire are there. */
export function networkExists(): boolean {
  return existsSync(NAMESPACE_FILE) && existsSync(`/sys/class/net/${HOST_DEVICE}`);
}

/** Makes the namespace, the node's address, the wire and the machine's routes; there must be none of them yet. */
export async function createNetwork(): Promise<void> {
  await run("ip", ["netns", "add", NAMESPACE]);
  const inside = (command: string): Promise<string> => run("ip", ["-n", NAMESPACE, ...command.split(" ")]);
  const outside = (command: string): Promise<string> => run("ip", command.split(" "));
  await inside("link set lo up");
  await inside(`link add ${NODE_DEVICE} type bridge`);
  await inside(`addr add ${NODE_ADDRESS}/32 dev ${NODE_DEVICE}`);
  await inside(`link set ${NODE_DEVICE} up`);
  // A bridge without ports: what is sent to any other address ends here. A route there must be all the same, as the
  // kernel looks for one before kube-proxy's rules turn a Service's address into a pod's.
  await inside(`route add default dev ${NODE_DEVICE}`);
  await outside(`link add ${HOST_DEVICE} type veth peer name ${GATEWAY_DEVICE} netns ${NAMESPACE}`);
  await inside(`addr add ${GATEWAY_ADDRESS}/${WIRE_PREFIX} dev ${GATEWAY_DEVICE}`);
  await inside(`link set ${GATEWAY_DEVICE} up`);
  await outside(`addr add ${HOST_ADDRESS}/${WIRE_PREFIX} dev ${HOST_DEVICE}`);
  await outside(`link set ${HOST_DEVICE} up`);
  for (const range of [POD_RANGE, SERVICE_RANGE, `${NODE_ADDRESS}/32`]) {
    await outside(`route add ${range} via ${GATEWAY_ADDRESS} dev ${HOST_DEVICE}`);
  }
  await run("nsenter", [`--net=${NAMESPACE_FILE}`, "sysctl", "-qw", "net.ipv4.ip_forward=1"]);
}

/** Removes the wire and the namespace, and with them every address, route and firewall rule; none there is no error. */
export async function removeNetwork(): Promise<void> {
  // The wire by itself: a process that is left over in the namespace would keep it, and its name, in use.
  if (existsSync(`/sys/class/net/${HOST_DEVICE}`)) await run("ip", ["link", "delete", HOST_DEVICE]);
  if (existsSync(NAMESPACE_FILE)) await run("ip", ["netns", "delete", NAMESPACE]);
}
