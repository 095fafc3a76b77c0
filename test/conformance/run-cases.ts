import { type Carrier, type Case, cases, type Expected } from "./cases";
import type { RawAnswer, RawRequest } from "./raw-request";

/** How to send a case to a carrier. */
export type Ask = (request: RawRequest) => Promise<RawAnswer> | RawAnswer;

/** The result of all cases at one carrier. */
export interface Conformance {
  readonly passed: number;
  /** How many of the passed cases are documented differences. */
  readonly differences: number;
  /** One line per failing case. */
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

/** The answer of a carrier to a case. */
export function expectedOf({ expected, differs }: Case, carrier: Carrier): Expected {
  return differs?.[carrier]?.expected ?? expected;
}

/** The problems of an answer, as text; empty if there are none. */
export function faults({ status, location, headers }: Expected, answer: RawAnswer, method: string): string[] {
  const wrong = (what: string, is: unknown, should: unknown) => (is === should ? [] : [`${what} ${is}, not ${should}`]);
  return [
    ...wrong("status", answer.status, status),
    ...wrong("location", answer.headers.location, location),
    ...Object.entries(headers).flatMap(([name, value]) => wrong(name, answer.headers[name], value ?? undefined)),
    ...(method === "HEAD" ? wrong("body", answer.body, "") : []),
  ];
}

/** The number of simultaneous requests: some servers keep a refused connection open for a second. */
const together = 8;

/** Runs all cases, or some, against a carrier that reads clients' addresses by `forwarded:1`. */
export async function runConformance(carrier: Carrier, ask: Ask, of: readonly Case[] = cases): Promise<Conformance> {
  const found = new Map<Case, readonly string[]>();
  const waiting = [...of];
  const worker = async () => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const request = requestOf(one);
      found.set(one, faults(expectedOf(one, carrier), await ask(request), request.method));
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  const failed = of.filter((one) => found.get(one)?.length !== 0);
  return {
    passed: of.length - failed.length,
    differences: of.filter((one) => one.differs?.[carrier] && !failed.includes(one)).length,
    failures: failed.map((one) => `${one.name}: ${found.get(one)?.join("; ")}`),
  };
}
