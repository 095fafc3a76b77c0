import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answer } from "../../routing/answer";
import { decide } from "../../routing/decide";
import type { RoutingTable } from "../../routing/routing-table";
import { type ClientAddressRule, clientAddress } from "./client-address";
import { decisionLine } from "./decision-log";

/** What a redirector's server needs. */
export interface RedirectorOptions {
  readonly table: RoutingTable;
  readonly clientAddress: ClientAddressRule;
  /** Takes one line of JSON for every decision. @default none: nothing is logged */
  readonly log?: (line: string) => void;
}

/** A client that is silent for longer is let go: the headers of one request fit into a packet. Milliseconds. */
const patience = 10_000;

function handle(
  { table, clientAddress: rule, log }: RedirectorOptions,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const { method = "", url = "", headers } = request;
  const address = clientAddress(rule, headers, request.socket.remoteAddress);
  const decision = decide(table, { method, target: url, host: headers.host ?? "", address });
  const { status, headers: answered, body } = answer(decision);
  response.writeHead(status, { ...answered, "Content-Length": Buffer.byteLength(body) });
  response.end(method === "HEAD" ? "" : body);
  log?.(decisionLine(decision, new Date()));
}

/** A server, not yet listening, that redirects clients as `table` says. */
export function redirectorServer(options: RedirectorOptions): Server {
  const timeouts = { headersTimeout: patience, requestTimeout: patience };
  return createServer(timeouts, (request, response) => handle(options, request, response));
}
