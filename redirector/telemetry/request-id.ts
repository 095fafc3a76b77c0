/** Identifies a request in logs. */
export interface RequestId {
  /** Returned to the client as `X-Request-Id`. Letters, digits, hyphens and underscores, at most 128 of them. */
  readonly id: string;
  /** The trace that the request belongs to, as its platform writes it. */
  readonly trace?: string | undefined;
}

/** Reads one header; undefined if its value is not exactly well-formed. */
type HeaderReader = (value: string) => RequestId | undefined;

/**
 * `TRACE_ID/SPAN_ID;o=OPTIONS`: 32 hexadecimal digits, a decimal number, flags. Cloud Run and Google's load balancer
 * set it. See https://cloud.google.com/trace/docs/trace-context.
 */
const googleTrace = /^([0-9a-f]{32})(?:\/([0-9]{1,20}))?(?:;o=[0-9]{1,3})?$/;
/**
 * `Root` is the trace; `Self` is this request in it, present if the client sent a `Root`. Load balancers, API Gateway
 * and Lambda set it: version, seconds since 1970 in 8 hexadecimal digits, 24 more. See
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html.
 */
const amazonField = /^(Root|Self)=(1-[0-9a-f]{8}-[0-9a-f]{24})$/;
/** Length limit of `X-Amzn-Trace-Id`: the platform keeps any fields that a client puts into it. */
const longestAmazonTrace = 512;
/** W3C Trace Context, section 3.2: version, trace, parent, flags. Later versions may append fields. */
const worldWideTrace = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.{0,256})?$/;
/**
 * UUIDs, nginx's `$request_id` and the like. Neither dot nor colon: some proxies write the client's address into their
 * ids, as HAProxy's documentation of `unique-id-format` proposes, and no address may appear in the log.
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
 * First the headers that a platform sets, since they lead to its own log of the request; then the one that
 * instrumented clients send through every platform, which names a trace; last the one that any client may invent.
 */
const sources: readonly (readonly [header: string, read: HeaderReader])[] = [
  ["x-cloud-trace-context", google],
  ["x-amzn-trace-id", amazon],
  ["traceparent", worldWide],
  ["x-request-id", plain],
];

/**
 * Random bytes, and the same in hexadecimal, for the next 256 ids: drawing and writing many at once takes a tenth of
 * the time.
 */
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
 * The id of a request: from a header if one has it, otherwise a new one. Never throws. The id is written to logs and
 * back into a header, so a value that does not match the header's grammar is ignored. Headers can be forged: an id
 * helps to find a request, but proves nothing.
 *
 * A new id is 128 random bits in hexadecimal, as a trace's is: among 10^15 requests, on any number of machines, the
 * chance that two have the same id is about one in 10^9. It reveals nothing about the client or the number of other
 * requests. (`randomUUID` would also work, but Node builds its string from twenty pieces, which the log would have to
 * join.)
 */
export function requestId(request: { header(name: string): string | undefined }): RequestId {
  for (const [header, read] of sources) {
    const value = request.header(header);
    const found = value === undefined ? undefined : read(value);
    if (found) return found;
  }
  return { id: newId() };
}
