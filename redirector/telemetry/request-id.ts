/** By what one request is found again in logs. */
export interface RequestId {
  /** Returned to the client as `X-Request-Id`. Letters, digits, hyphens and underscores, at most 128 of them. */
  readonly id: string;
  /** The trace that the request belongs to, as its platform writes it. */
  readonly trace?: string | undefined;
}

/** Reads one header; undefined where its value is not exactly what it should be. */
type HeaderReader = (value: string) => RequestId | undefined;

/**
 * `TRACE_ID/SPAN_ID;o=OPTIONS`: 32 hexadecimal digits, a decimal number, flags. Cloud Run and Google's load balancer
 * set it. See https://cloud.google.com/trace/docs/trace-context.
 */
const googleTrace = /^([0-9a-f]{32})(?:\/([0-9]{1,20}))?(?:;o=[0-9]{1,3})?$/;
/**
 * `Root` is the trace, `Self` this request in it, where the client brought a `Root`. Load balancers, API Gateway and
 * Lambda set it: version, seconds since 1970 in 8 hexadecimal digits, 24 more. See
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html.
 */
const amazonField = /^(Root|Self)=(1-[0-9a-f]{8}-[0-9a-f]{24})$/;
/** Longest `X-Amzn-Trace-Id` that is looked at: the platform keeps whatever fields a client puts into it. */
const longestAmazonTrace = 512;
/** W3C Trace Context, section 3.2: version, trace, parent, flags. Later versions may append fields. */
const worldWideTrace = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.{0,256})?$/;
/**
 * UUIDs, nginx's `$request_id` and the like. Neither dot nor colon: some proxies write the client's address into their
 * ids, as HAProxy's documentation of `unique-id-format` proposes, and no address may come into the log.
 */
const plainId = /^[A-Za-z0-9_-]{8,128}$/;

function google(value: string): RequestId | undefined {
  const [, trace, span] = googleTrace.exec(value) ?? [];
  if (trace === undefined) return undefined;
  return { id: span === undefined ? trace : `${trace}-${span}`, trace };
}

function amazon(value: string): RequestId | undefined {
  if (value.length > longestAmazonTrace) return undefined;
  const found: { Root?: string; Self?: string } = {};
  for (const field of value.split(";")) {
    const [, name, id] = amazonField.exec(field) ?? [];
    if (name === "Root" || name === "Self") found[name] = id as string;
  }
  const id = found.Self ?? found.Root;
  return id === undefined ? undefined : { id, trace: found.Root ?? id };
}

function worldWide(value: string): RequestId | undefined {
  const [, version, trace, parent, more] = worldWideTrace.exec(value) ?? [];
  if (trace === undefined || (version === "00" && more !== undefined)) return undefined;
  return { id: `${trace}-${parent}`, trace };
}

function plain(value: string): RequestId | undefined {
  return plainId.test(value) ? { id: value } : undefined;
}

/**
 * First what only a platform sets on its own requests, since it leads to the platform's own log of the request; then
 * what instrumented clients send through every platform, which names a trace; last what anybody may invent.
 */
const sources: readonly (readonly [header: string, read: HeaderReader])[] = [
  ["x-cloud-trace-context", google],
  ["x-amzn-trace-id", amazon],
  ["traceparent", worldWide],
  ["x-request-id", plain],
];

/** Random bytes, and the same in hexadecimal, for the next 256 ids: drawing and writing many at once takes a tenth of the time. */
const pool = Buffer.alloc(4096);
let digits = "";
let used = 0;
/** Digits of one id: 128 bits. */
const idLength = 32;

function newId(): string {
  if (used === digits.length) {
    digits = crypto.getRandomValues(pool).toString("hex");
    used = 0;
  }
  used += idLength;
  return digits.slice(used - idLength, used);
}

/**
 * The id of a request: the platform's where a header carries one, otherwise a new one. Never throws. What a header says
 * goes into logs and back into a header, so that anything but the header's own grammar is passed over. Headers can be
 * forged, so that an id finds a request again and proves nothing.
 *
 * A new id is 128 random bits in hexadecimal, as a trace's is: among 10^15 requests, on however many machines, two have
 * the same with a chance of about one in 10^9, and nothing in it tells of the client or of how many others there were.
 * (`randomUUID` would do; but Node puts its text together of twenty pieces, which the log has to join.)
 */
export function requestId(request: { header(name: string): string | undefined }): RequestId {
  for (const [header, read] of sources) {
    const value = request.header(header);
    const found = value === undefined ? undefined : read(value);
    if (found) return found;
  }
  return { id: newId() };
}
