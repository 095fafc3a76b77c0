import { STATUS_CODES } from "node:http";
import { encodePath } from "../../networks/encode-path";
import { type Answer, allHeaders } from "../../routing/answer";
import type { CarriedRequest } from "../carried-request";

type Fields<Value> = Readonly<Record<string, Value | undefined>>;

/**
 * What is read of an event in payload format 2.0: of API Gateway's HTTP API
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html) and of a
 * function URL (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). Names of fields are in lower case.
 */
export interface PayloadEvent {
  /** Decoded by an HTTP API, as it came from a function URL. */
  readonly rawPath: string;
  /** As it came, without the question mark. */
  readonly rawQueryString: string;
  /** Several lines of a field are one, joined by commas. */
  readonly headers?: Fields<string>;
  readonly requestContext: {
    /** The name that was asked for; of a function URL, its own. */
    readonly domainName?: string;
    readonly http: { readonly method: string; readonly sourceIp: string };
  };
}

/**
 * What is read of an Application Load Balancer's event
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html). Path and query are as
 * they came: "If the query parameters are URL-encoded, the load balancer does not decode them". The members for many
 * values are there, and the others are not, where the target group's `lambda.multi_value_headers.enabled` is true.
 */
export interface LoadBalancerEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly queryStringParameters?: Fields<string> | null;
  readonly multiValueQueryStringParameters?: Fields<readonly string[]> | null;
  readonly headers?: Fields<string> | null;
  readonly multiValueHeaders?: Fields<readonly string[]> | null;
  readonly requestContext: { readonly elb: { readonly targetGroupArn: string } };
}

/** An event that carries an HTTP request. */
export type LambdaEvent = PayloadEvent | LoadBalancerEvent;

/** What API Gateway, a function URL and a load balancer take for an answer. */
export interface LambdaResult {
  readonly statusCode: number;
  /** Status and reason; for load balancers. */
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** The name of a function URL: AWS gives it, and nobody can have it for an API. */
const functionUrl = /\.lambda-url\.[a-z0-9-]+\.on\.aws$/;

/** The context is the platform's own: no client can write into it. */
function isFromLoadBalancer(event: LambdaEvent): event is LoadBalancerEvent {
  return event.requestContext !== undefined && "elb" in event.requestContext;
}

function isPayload(event: LambdaEvent): event is PayloadEvent {
  return event.requestContext !== undefined && "http" in event.requestContext && "rawPath" in event;
}

/**
 * An HTTP API gives the path decoded, so that it is encoded again. What it did before cannot be undone: it decodes
 * twice, cuts a path off at an encoded question mark, and refuses an encoded per cent sign by itself.
 */
function encodeAgain(path: string): string {
  return encodePath(path.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function payloadTarget({ rawPath, rawQueryString, requestContext }: PayloadEvent): string {
  const path = functionUrl.test(requestContext.domainName ?? "") ? rawPath : encodeAgain(rawPath);
  return rawQueryString === "" ? path : `${path}?${rawQueryString}`;
}

/**
 * A load balancer gives the query in parts. Where it is not told to give many values, only the last of each name is
 * left. A name without a value cannot be told from one with an empty value: it is given without the equals sign, as
 * `?mirrorlist` is asked for.
 */
function loadBalancerTarget(event: LoadBalancerEvent): string {
  const { path, multiValueQueryStringParameters: many, queryStringParameters: single } = event;
  const pairs = Object.entries(many ?? single ?? {}).flatMap(([name, values = ""]) =>
    [values].flat().map((value) => (value === "" ? name : `${name}=${value}`)),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function carried(
  method: string,
  target: string,
  peer: string | undefined,
  header: (name: string) => string | undefined,
  host = header("host"),
): CarriedRequest {
  return { method, target, host: host ?? "", peer, header };
}

/**
 * The request that an event carries. Which kind of event it is, its context says, which clients cannot write.
 *
 * The peer is who API Gateway or the function URL saw. A load balancer tells it only in `X-Forwarded-For`. Behind a
 * function URL the name that the client typed is known only if CloudFront says it in `X-Forwarded-Host`: like `Host`
 * elsewhere it is the client's to write, and says no more than what is served.
 *
 * @throws TypeError where it is none of these events: of a REST API or in payload format 1.0, or no HTTP request at all
 */
export function requestOf(event: LambdaEvent): CarriedRequest {
  if (isFromLoadBalancer(event)) {
    const { httpMethod, headers, multiValueHeaders } = event;
    const header = (name: string) => multiValueHeaders?.[name]?.join(", ") ?? headers?.[name];
    return carried(httpMethod, loadBalancerTarget(event), undefined, header);
  }
  if (!isPayload(event)) {
    throw new TypeError(
      "this event is of no kind that the redirector takes: it takes API Gateway's HTTP API and function URLs in payload format 2.0, and Application Load Balancers",
    );
  }
  const { headers, requestContext } = event;
  const header = (name: string) => headers?.[name];
  const { method, sourceIp } = requestContext.http;
  const host = functionUrl.test(requestContext.domainName ?? "") ? header("x-forwarded-host") : undefined;
  return carried(method, payloadTarget(event), sourceIp, header, host ?? header("host"));
}

/** The result that carries an answer back where its event came from. */
export function resultOf(event: LambdaEvent, answer: Answer, method: string): LambdaResult {
  const { status, body } = answer;
  const headers = allHeaders(answer);
  const result = { statusCode: status, body: method === "HEAD" ? "" : body, isBase64Encoded: false } as const;
  if (!isFromLoadBalancer(event)) return { ...result, headers };
  const described = { ...result, statusDescription: `${status} ${STATUS_CODES[status] ?? ""}`.trim() };
  if (!event.multiValueHeaders) return { ...described, headers };
  const lines = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
  return { ...described, multiValueHeaders: lines };
}
