import { NODE_ADDRESS } from "../addresses.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { statePath } from "../paths.ts";

const CLIENT_URL = "http://127.0.0.1:2379";
const PEER_URL = "http://127.0.0.1:2380";
const HEALTH_URL = `http://${NODE_ADDRESS}:2381`;

/** Where the API server reaches etcd: on the loopback device of the namespace, so that pods do not. */
export const ETCD_URL: string = CLIENT_URL;

/** etcd, the database of the API server, with one member: https://etcd.io/docs/v3.6/op-guide/configuration/ */
export const etcd: Component = {
  name: "etcd",
  endpoint: CLIENT_URL,
  command: (programs) => [
    programs.etcd,
    "--name=local",
    `--data-dir=${statePath("etcd")}`,
    `--listen-client-urls=${CLIENT_URL}`,
    `--advertise-client-urls=${CLIENT_URL}`,
    `--listen-peer-urls=${PEER_URL}`,
    `--initial-advertise-peer-urls=${PEER_URL}`,
    `--initial-cluster=local=${PEER_URL}`,
    `--listen-metrics-urls=${HEALTH_URL}`,
    // The data need not survive a power cut, and each write is several times faster without waiting for the disk.
    "--unsafe-no-fsync",
  ],
  health: () => expectOk(`${HEALTH_URL}/health`),
};
