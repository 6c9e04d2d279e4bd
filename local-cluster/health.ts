/** Asking a component's endpoint whether it is well. */
import { readFile } from "node:fs/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pkiPath } from "./paths.ts";

const TIMEOUT_MS = 5_000;

/** Fetches `url`, trusting the cluster's own CA; throws unless the answer is 200, with what the endpoint said. */
export async function expectOk(url: string): Promise<string> {
  const secure = url.startsWith("https:");
  const ca = secure ? await readFile(pkiPath("ca.crt")) : undefined;
  return new Promise((resolve, reject) => {
    const options = { timeout: TIMEOUT_MS, agent: false, ...(ca ? { ca } : {}) };
    const request = (secure ? requestHttps : requestHttp)(url, options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`${url} answers ${response.statusCode}: ${body.trim().slice(-500)}`));
      });
    });
    request.on("timeout", () => request.destroy(new Error(`${url} does not answer within ${TIMEOUT_MS} ms`)));
    request.on("error", reject);
    request.end();
  });
}
