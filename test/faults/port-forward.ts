/**
 * `pods/NAME/portforward` of an API server, towards a port of this machine: so the operator reaches a hollow Trino as it would
 * reach a real one from outside of a cluster. Channels in WebSocket frames; one port, so data is on 0 and errors on 1.
 * Source: https://kubernetes.io/docs/reference/using-api/websockets/ and RFC 6455
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const BINARY = 0x82;
const CLOSE = 0x88;
const PROTOCOL = "v4.channel.k8s.io";

/** Answers the upgrade and joins both ends; without a port the pod has nobody who listens. */
export function portForward(request: IncomingMessage, client: Duplex, port: number | undefined): void {
  client.on("error", () => client.destroy());
  if (port === undefined) {
    client.end("HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${GUID}`).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
  client.write(`${head.join("\r\n")}\r\nSec-WebSocket-Protocol: ${PROTOCOL}\r\n\r\n`);
  const target = connect(port, "127.0.0.1");
  // The first frame of each channel is the port, as the kubelet sends it.
  for (const channel of [0, 1]) client.write(frame(Buffer.from([channel, port & 255, port >> 8])));
  target.on("data", (data) => client.write(frame(Buffer.concat([Buffer.from([0]), data]))));
  target.on("error", () => client.destroy());
  target.on("close", () => client.end(Buffer.from([CLOSE, 0])));
  client.on("close", () => target.destroy());
  const read = frameReader((opcode, payload) => {
    if (opcode === 8) target.end();
    else if (payload[0] === 0) target.write(payload.subarray(1));
  });
  client.on("data", read);
}

function frame(payload: Buffer): Buffer {
  if (payload.length < 126) return Buffer.concat([Buffer.from([BINARY, payload.length]), payload]);
  const head = Buffer.alloc(10);
  head.writeUInt8(BINARY, 0);
  head.writeUInt8(127, 1);
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

/** A client masks what it sends. */
function frameReader(take: (opcode: number, payload: Buffer) => void): (chunk: Buffer) => void {
  let left = Buffer.alloc(0);
  return (chunk) => {
    left = Buffer.concat([left, chunk]);
    for (let parsed = parseFrame(left); parsed; parsed = parseFrame(left)) {
      left = left.subarray(parsed.length);
      take(parsed.opcode, parsed.payload);
    }
  };
}

function parseFrame(data: Buffer): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | undefined {
  if (data.length < 6) return undefined;
  const short = data.readUInt8(1) & 127;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const start = 2 + extra + 4;
  if (data.length < start) return undefined;
  const size = extra === 0 ? short : extra === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (data.length < start + size) return undefined;
  const mask = data.subarray(start - 4, start);
  const payload = Buffer.from(data.subarray(start, start + size).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return { opcode: data.readUInt8(0) & 15, payload, length: start + size };
}
