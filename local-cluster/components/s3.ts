import { NODE_ADDRESS, S3, S3_PORT } from "../addresses.ts";
import type { Component } from "../component.ts";
import { expectOk } from "../health.ts";
import { statePath } from "../paths.ts";

/** Where the S3 server keeps objects, as plain files: a directory for each bucket. */
export const s3Directory = (): string => statePath("s3");

/** The S3 server, a process of the node: https://github.com/versity/versitygw/wiki/POSIX-Backend */
export const s3: Component = {
  name: "s3",
  endpoint: S3.outside,
  command: (programs) => [
    programs.versitygw,
    `--access=${S3.accessKey}`,
    `--secret=${S3.secretKey}`,
    `--region=${S3.region}`,
    `--port=${NODE_ADDRESS}:${S3_PORT}`,
    "--health=/health",
    "--quiet",
    "posix",
    s3Directory(),
  ],
  health: () => expectOk(`${S3.outside}/health`),
};
