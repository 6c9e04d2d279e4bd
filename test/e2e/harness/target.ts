/** Which Kubernetes cluster is worked on: that of KUBECONFIG where it is set, and else the local one. */
import { existsSync, realpathSync } from "node:fs";
import { S3 } from "../../../local-cluster/addresses.ts";
import { kubeconfigPath } from "../../../local-cluster/paths.ts";

/** The kubeconfig of the cluster that is worked on. */
export function kubeconfig(): string {
  return process.env["KUBECONFIG"] || kubeconfigPath();
}

/** Whether that is the local cluster, whose audit log can be read and whose addresses can be reached from here. */
export function isLocalCluster(): boolean {
  const real = (path: string): string => (existsSync(path) ? realpathSync(path) : path);
  return real(kubeconfig()) === real(kubeconfigPath());
}

/** An S3 server that pods reach. */
export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** The local cluster's S3 server, or elsewhere that of the variables S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY and S3_REGION. */
export function s3Server(): S3Server | undefined {
  if (isLocalCluster())
    return { endpoint: S3.inCluster, region: S3.region, bucket: S3.bucket, accessKey: S3.accessKey, secretKey: S3.secretKey };
  const {
    S3_ENDPOINT: endpoint,
    S3_BUCKET: bucket,
    S3_ACCESS_KEY: accessKey,
    S3_SECRET_KEY: secretKey,
    S3_REGION: region = "us-east-1",
  } = process.env;
  return endpoint && bucket && accessKey && secretKey ? { endpoint, region, bucket, accessKey, secretKey } : undefined;
}
