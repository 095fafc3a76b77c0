import { connect } from "node:net";

/** The response, parsed from raw bytes. */
export interface RawAnswer {
  readonly status: number;
  /** By name in lower case; several lines joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The request to send. */
export interface RawRequest {
  readonly method: string;
  /** The request target, exactly as in the request line. */
  readonly target: string;
  readonly host: string;
  /** Names and values, in order; names may repeat. */
  readonly headers: readonly (readonly [string, string])[];
}

/** Timeout of an answer, in milliseconds. */
const patience = 10_000;

function parsed(text: string): RawAnswer {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [first = "", ...lines] = head.split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(/^HTTP\/1\.[01] ([0-9]{3})/.exec(first)?.[1]), headers, body: rest.join("\r\n\r\n") };
}

/** Whether the response is complete: some servers keep a connection open for a while before they close it. */
function isWhole(text: string, method: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const [, length] = /^content-length: *([0-9]+)/im.exec(text.slice(0, end)) ?? [];
  return (
    method === "HEAD" ||
    / 204 /.test(text.slice(0, 13)) ||
    (length !== undefined && text.length - end - 4 >= Number(length))
  );
}

/**
 * Sends one request exactly as given: clients normalize paths, and a redirector must not depend on that.
 *
 * @throws Error if there is no answer in time
 */
export async function rawRequest(port: number, { method, target, host, headers }: RawRequest): Promise<RawAnswer> {
  const lines = [`Host: ${host}`, ...headers.map(([name, value]) => `${name}: ${value}`), "Connection: close"];
  const socket = connect(port, "127.0.0.1");
  socket.setTimeout(patience, () => socket.destroy(new Error(`no answer to ${method} ${target.slice(0, 100)}`)));
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`, "latin1");
  let text = "";
  socket.setEncoding("latin1");
  for await (const chunk of socket) {
    text += chunk;
    if (isWhole(text, method)) break;
  }
  return parsed(text);
}
