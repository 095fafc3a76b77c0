import { type Carrier, type Case, cases, type Expected } from "./cases";
import type { RawAnswer, RawRequest } from "./raw-request";

/** How a carrier is asked. */
export type Ask = (request: RawRequest) => Promise<RawAnswer> | RawAnswer;

/** What a carrier made of the table of cases. */
export interface Conformance {
  readonly passed: number;
  /** How many of those that passed are named differences. */
  readonly differences: number;
  /** One line a failing case. */
  readonly failures: readonly string[];
}

/** The request of a case: its client is the last address of `X-Forwarded-For`. */
export function requestOf({
  method = "GET",
  target,
  host = "registry.example.org",
  headers = [],
  from,
}: Case): RawRequest {
  const lines = from === undefined ? [] : [from].flat();
  return { method, target, host, headers: [...lines.map((line) => ["X-Forwarded-For", line] as const), ...headers] };
}

/** What a carrier answers to a case. */
export function expectedOf({ expected, differs }: Case, carrier: Carrier): Expected {
  return differs?.[carrier]?.expected ?? expected;
}

/** What is wrong about an answer, in words; empty where nothing is. */
export function faults({ status, location, headers }: Expected, answer: RawAnswer, method: string): string[] {
  const wrong = (what: string, is: unknown, should: unknown) => (is === should ? [] : [`${what} ${is}, not ${should}`]);
  return [
    ...wrong("status", answer.status, status),
    ...wrong("location", answer.headers.location, location),
    ...Object.entries(headers).flatMap(([name, value]) => wrong(name, answer.headers[name], value ?? undefined)),
    ...(method === "HEAD" ? wrong("body", answer.body, "") : []),
  ];
}

/** So many requests are under way at once: some servers keep a refused connection for a second. */
const together = 8;

/** Runs all cases against a carrier whose clients are told by `forwarded:1`. */
export async function runConformance(carrier: Carrier, ask: Ask): Promise<Conformance> {
  const found = new Map<Case, readonly string[]>();
  const waiting = [...cases];
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const request = requestOf(one);
      found.set(one, faults(expectedOf(one, carrier), await ask(request), request.method));
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  const failed = cases.filter((one) => found.get(one)?.length !== 0);
  return {
    passed: cases.length - failed.length,
    differences: cases.filter((one) => one.differs?.[carrier] && !failed.includes(one)).length,
    failures: failed.map((one) => `${one.name}: ${found.get(one)?.join("; ")}`),
  };
}
