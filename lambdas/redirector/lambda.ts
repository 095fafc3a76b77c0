import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answer } from "../../routing/answer";
import { decide } from "../../routing/decide";
import { decodeRoutingTable } from "../../routing/routing-table";
import { decisionLine } from "./decision-log";

/** What is read of an event of API Gateway's HTTP API, payload format 2.0. */
export interface HttpApiEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp: string } };
}

/** What API Gateway's HTTP API takes for an answer. */
export interface HttpApiResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The table travels beside the handler, in the same zip. */
const table = decodeRoutingTable(readFileSync(join(__dirname, "routing.table")));

/**
 * The request target that `classify` takes. API Gateway's HTTP APIs give the path decoded (payload format 2.0), so that
 * it is encoded again; the query they give as it came.
 */
export function requestTarget({ rawPath, rawQueryString }: HttpApiEvent): string {
  const path = rawPath.split("/").map(encodeURIComponent).join("/");
  return rawQueryString === "" ? path : `${path}?${rawQueryString}`;
}

/**
 * Answers one request. The client's address is the one that API Gateway saw (`sourceIp`): `X-Forwarded-For` is the
 * client's to forge.
 */
export async function handler(event: HttpApiEvent): Promise<HttpApiResult> {
  const { method, sourceIp } = event.requestContext.http;
  const target = requestTarget(event);
  const decision = decide(table, { method, target, host: event.headers.host ?? "", address: sourceIp });
  const { status, headers, body } = answer(decision);
  process.stdout.write(`${decisionLine(decision, new Date())}\n`);
  return { statusCode: status, headers: { ...headers }, body: method === "HEAD" ? "" : body };
}
