/** Debian packages: what the cluster needs of the distribution, installed when it is missing. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run, step } from "./progress.ts";

/** Packages by a program that tells whether they are there: looking for a file is faster than asking dpkg. */
const PACKAGES: Readonly<Record<string, string>> = {
  "/usr/lib/cni/ptp": "containernetworking-plugins",
  conntrack: "conntrack",
  containerd: "containerd",
  ethtool: "ethtool",
  ip: "iproute2",
  ipset: "ipset",
  iptables: "iptables",
  modprobe: "kmod",
  nsenter: "util-linux",
  openssl: "openssl",
  runc: "runc",
  socat: "socat",
  sysctl: "procps",
  unzip: "unzip",
};

const SEARCH_PATH = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];

/** Installs the packages of the cluster, or those given, that are missing. */
export async function installPackages(packages: Readonly<Record<string, string>> = PACKAGES): Promise<void> {
  const missing = Object.entries(packages)
    .filter(([program]) => !isThere(program))
    .map(([, name]) => name);
  if (missing.length === 0) return;
  await step(`installing Debian packages: ${missing.join(" ")}`, async () => {
    await run("apt-get", ["update", "-q"]);
    await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...missing], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
    });
  });
}

function isThere(program: string): boolean {
  return program.startsWith("/") ? existsSync(program) : SEARCH_PATH.some((path) => existsSync(join(path, program)));
}
