import { STATUS_CODES } from "node:http";
import { encodePath } from "../../networks/encode-path";
import { type Answer, allHeaders } from "../../routing/answer";
import type { CarriedRequest } from "../carried-request";

type Fields<Value> = Readonly<Record<string, Value | undefined>>;

/**
 * The fields that are read from an event in payload format 2.0: from API Gateway's HTTP API
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html) and from a
 * function URL (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). Header names are in lower case.
 */
export interface PayloadEvent {
  /** Decoded if from an HTTP API, as received if from a function URL. */
  readonly rawPath: string;
  /** As received, without the question mark. */
  readonly rawQueryString: string;
  /** Several lines of a header are joined by commas. */
  readonly headers?: Fields<string>;
  readonly requestContext: {
    /** The requested host name; for a function URL, its own name. */
    readonly domainName?: string;
    readonly http: { readonly method: string; readonly sourceIp: string };
  };
}

/**
 * The fields that are read from an Application Load Balancer's event
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html). Path and query are as
 * received: "If the query parameters are URL-encoded, the load balancer does not decode them". If the target group's
 * `lambda.multi_value_headers.enabled` is true, only the multi-value members are present.
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

/** The result that API Gateway, a function URL and a load balancer accept as a response. */
export interface LambdaResult {
  readonly statusCode: number;
  /** Status and reason; for load balancers. */
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded: false;
}

/** The name of a function URL: AWS assigns it, and no API can have such a name. */
const functionUrl = /\.lambda-url\.[a-z0-9-]+\.on\.aws$/;

/** The platform writes the context; clients cannot change it. */
function isFromLoadBalancer(event: LambdaEvent): event is LoadBalancerEvent {
  return event.requestContext !== undefined && "elb" in event.requestContext;
}

function isPayload(event: LambdaEvent): event is PayloadEvent {
  return event.requestContext !== undefined && "http" in event.requestContext && "rawPath" in event;
}

/**
 * An HTTP API passes the path decoded, so it is encoded again. The rest cannot be undone: it decodes twice, cuts a
 * path off at an encoded question mark, and refuses an encoded percent sign itself.
 */
function encodeAgain(path: string): string {
  return encodePath(path.replace(/\p{Surrogate}/gu, "\ufffd"));
}

function buildPayloadTarget({ rawPath, rawQueryString, requestContext }: PayloadEvent): string {
  const path = functionUrl.test(requestContext.domainName ?? "") ? rawPath : encodeAgain(rawPath);
  return rawQueryString === "" ? path : `${path}?${rawQueryString}`;
}

/**
 * A load balancer passes the query in parts. Without multi-value parameters, only the last value of each name
 * remains. A name without a value looks like one with an empty value: both are written without the equals sign, as in
 * `?mirrorlist`.
 */
function buildLoadBalancerTarget(event: LoadBalancerEvent): string {
  const { path, multiValueQueryStringParameters: many, queryStringParameters: single } = event;
  const pairs = Object.entries(many ?? single ?? {}).flatMap(([name, values = ""]) =>
    [values].flat().map((value) => (value === "" ? name : `${name}=${value}`)),
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}

function createRequest(
  method: string,
  target: string,
  peer: string | undefined,
  header: (name: string) => string | undefined,
  host = header("host"),
): CarriedRequest {
  return { method, target, host: host ?? "", peer, header };
}

/**
 * The request that an event carries. The kind of event is determined from its context, which clients cannot change.
 *
 * The peer is the address that API Gateway or the function URL saw; a load balancer reports it only in
 * `X-Forwarded-For`. Behind a function URL, the host name that the client requested is known only if CloudFront sends
 * it in `X-Forwarded-Host`. Clients can set that header, like `Host` elsewhere; it only determines what is served.
 *
 * @throws TypeError if it is none of these events: an event of a REST API or in payload format 1.0, or no HTTP request
 * at all
 */
export function requestOf(event: LambdaEvent): CarriedRequest {
  if (isFromLoadBalancer(event)) {
    const { httpMethod, headers, multiValueHeaders } = event;
    const header = (name: string) => multiValueHeaders?.[name]?.join(", ") ?? headers?.[name];
    return createRequest(httpMethod, buildLoadBalancerTarget(event), undefined, header);
  }
  if (!isPayload(event)) {
    throw new TypeError(
      "this kind of event is not supported: use API Gateway's HTTP API or a function URL, in payload format 2.0, or an Application Load Balancer",
    );
  }
  const { headers, requestContext } = event;
  const header = (name: string) => headers?.[name];
  const { method, sourceIp } = requestContext.http;
  const host = functionUrl.test(requestContext.domainName ?? "") ? header("x-forwarded-host") : undefined;
  return createRequest(method, buildPayloadTarget(event), sourceIp, header, host ?? header("host"));
}

/** Converts an answer to the result that the event's source accepts. */
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
