import { parseAddress } from "../../networks/parsed-address";
import type { Overlay } from "../../overlay/overlay";
import { Redirector } from "../../redirector/redirector";
import { type PayloadEvent, requestOf, resultOf } from "../../redirector/servers/lambda-events";
import { RedirectorMetrics } from "../../redirector/telemetry/metrics";
import { type Answer, allHeaders } from "../../routing/answer";
import { assumeAllHeld } from "../../routing/conditions";
import { respond } from "../../routing/respond";
import type { RoutingTable } from "../../routing/routing-table";
import { fixture, inventoryOf, tableOf } from "../routing/tables";
import { type RawAnswer, type RawRequest, rawRequest } from "./raw-request";
import type { Ask } from "./run-cases";

/** How carriers find the cases' clients: no proxy is in front of them. */
export const clientRule = { from: "forwarded", position: 1 } as const;

/** The routing table of the cases. */
export function conformanceTable(): RoutingTable {
  return tableOf(inventoryOf(fixture("conformance")));
}

/** A redirector with a table, and perhaps an overlay. It logs nothing, asks no mirrors and has no pages of its own. */
export function redirectorOf(current: RoutingTable, overlay?: Overlay): Redirector {
  const { content, checksum } = current;
  const metrics = new RedirectorMetrics({
    version: "test",
    table: () => ({ ...content, checksum, loaded: new Date(0) }),
    breakers: () => [],
    droppedLines: () => 0,
  });
  return new Redirector({ table: { current }, overlay: { current: overlay }, clientAddress: clientRule, metrics });
}

/** Headers as a platform provides them: by lower-case name, with several lines joined. */
function fieldsOf({ host, headers }: RawRequest): Record<string, string> {
  const fields: Record<string, string> = { host };
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    fields[key] = fields[key] === undefined ? value : `${fields[key]}, ${value}`;
  }
  return fields;
}

function rawAnswer(status: number, headers: Answer["headers"], body: string): RawAnswer {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { status, headers: Object.fromEntries(lower), body };
}

/** The pure function. @param today YYYY-MM-DD */
export function functionCarrier(table: RoutingTable, today: string, overlay?: Overlay): Ask {
  return (request) => {
    const { method, target } = request;
    const { host = "", "x-forwarded-for": forwarded = "", accept } = fieldsOf(request);
    const address = parseAddress(bare(forwarded.split(",").at(-1)?.trim() ?? ""));
    const { answer } = respond(table, { method, target, host, address, accept }, { ...assumeAllHeld(today), overlay });
    return rawAnswer(answer.status, allHeaders(answer), method === "HEAD" ? "" : answer.body);
  };
}

/** The function gets plain addresses, as `clientAddress` returns them. */
function bare(address: string): string {
  return address
    .replace(/^\[(.*)\](?::\d+)?$/, "$1")
    .replace(/^([\d.]+):\d+$/, "$1")
    .replace(/%.*$/, "");
}

/** The Lambda behind a function URL, which passes paths on unchanged. */
export function lambdaCarrier(redirector: Redirector): Ask {
  return async (request) => {
    const { method, target } = request;
    const [rawPath = "", ...query] = target.split("?");
    const { host = "", ...fields } = fieldsOf(request);
    const event: PayloadEvent = {
      rawPath,
      rawQueryString: query.join("?"),
      headers: { ...fields, "x-forwarded-host": host },
      requestContext: { domainName: "a.lambda-url.us-east-1.on.aws", http: { method, sourceIp: "192.0.2.1" } },
    };
    const result = resultOf(event, await redirector.handle(requestOf(event)), method);
    return rawAnswer(result.statusCode, result.headers ?? {}, result.body);
  };
}

/** Any program that listens on this machine. */
export function socketCarrier(port: number): Ask {
  return (request) => rawRequest(port, request);
}
