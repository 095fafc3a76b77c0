import type { IncomingMessage } from "node:http";
import { childOf, readXml, textOf, type XmlElement } from "../read-xml";
import { StoreError, type StoreFault } from "../store-error";
import { readBody } from "./exchange";
import { hideSecrets } from "./hide-secrets";
import { readPause } from "./read-pause";
import { createTemporaryFailure } from "./temporary-failure";

/** What an object store says about a failure. */
export interface Problem {
  /** The store's name for it: `NoSuchKey`, `BlobNotFound`, `rateLimitExceeded`; empty if it says none. */
  readonly code: string;
  /** Empty if it says none. */
  readonly message: string;
  /** S3: the region of the bucket, or the one that should have been signed for. */
  readonly region?: string | undefined;
}

/** How much of an error body is read, in bytes: stores send a few hundred. */
const longestProblem = 64 * 1024;

/** An `Error` element of S3 or Azure (Amazon S3 API Reference, "Error responses"; Azure Storage, "Status and error codes"). */
export function problemOf(error: XmlElement | undefined): Problem {
  return {
    code: textOf(error, "Code") ?? "",
    message: textOf(error, "Message") ?? "",
    region: textOf(error, "Region"),
  };
}

/** Google's form (Cloud Storage JSON API, "HTTP status and error codes"): `{ "error": { "message", "errors": [{ "reason" }] } }`. */
function readJsonProblem(text: string): Problem {
  const { error } = JSON.parse(text) as { error?: { message?: unknown; errors?: { reason?: unknown }[] } };
  return { code: String(error?.errors?.[0]?.reason ?? ""), message: String(error?.message ?? "") };
}

async function readProblem(response: IncomingMessage, url: URL): Promise<Problem> {
  const { headers } = response;
  // Answers to HEAD have no body, but some headers.
  const code = String(headers["x-ms-error-code"] ?? "");
  const region = headers["x-amz-bucket-region"]?.toString();
  try {
    const text = (await readBody(response, url, longestProblem)).toString().trim();
    const found = text.startsWith("{") ? readJsonProblem(text) : problemOf(readErrorElement(text));
    const message = hideSecrets(found.message, response);
    return { ...found, code: found.code || code, message, region: found.region ?? region };
  } catch {
    return { code, message: "", region };
  }
}

function readErrorElement(text: string): XmlElement | undefined {
  const root = readXml(text);
  return root.name === "Error" ? root : childOf(root, "Error");
}

/** Codes that say more than their status. */
const faults: Readonly<Record<string, StoreFault>> = {
  // S3 (Amazon S3 API Reference, "List of error codes").
  BadDigest: "corrupt",
  XAmzContentChecksumMismatch: "corrupt",
  XAmzContentSHA256Mismatch: "corrupt",
  IncompleteBody: "transient",
  RequestTimeout: "transient",
  ConditionalRequestConflict: "transient",
  OperationAborted: "transient",
  SlowDown: "throttled",
  NoSuchBucket: "refused",
  RequestTimeTooSkewed: "refused",
  // Azure (Blob service error codes).
  Md5Mismatch: "corrupt",
  Crc64Mismatch: "corrupt",
  BlobAlreadyExists: "exists",
  // The answer to anonymous clients (409), where an account has nothing public.
  PublicAccessNotPermitted: "denied",
  ContainerNotFound: "refused",
  ContainerBeingDeleted: "refused",
  ServerBusy: "throttled",
  // Google (JSON API, "Error codes"); it uses 403 for too many requests, too.
  rateLimitExceeded: "throttled",
  userRateLimitExceeded: "throttled",
};

/** Google has no codes for these: its reasons are `invalid` and `notFound`. */
function readGoogleMessage({ message }: Problem): StoreFault | undefined {
  if (/(md5|crc32c).*(doesn't|does not|didn't) match/i.test(message)) return "corrupt";
  return /bucket does not exist/i.test(message) ? "refused" : undefined;
}

function findFault(status: number, problem: Problem, after: number | undefined): StoreFault {
  const named = faults[problem.code] ?? readGoogleMessage(problem);
  if (named !== undefined) return named;
  if (status === 404) return "absent";
  if (status === 412) return "exists";
  if (status === 401 || status === 403) return "denied";
  if (status === 405 || status === 501) return "unsupported";
  // Answers to HEAD say no more than this.
  if (status === 429 || (status === 503 && after !== undefined)) return "throttled";
  return status === 408 || status >= 500 ? "transient" : "refused";
}

function findFix(fault: StoreFault, { code, region }: Problem): string {
  if (region !== undefined && /Redirect|AuthorizationHeaderMalformed|^$/.test(code)) {
    return `: the bucket is in the region ${region}; correct the inventory`;
  }
  if (code === "RequestTimeTooSkewed") return ": set this machine's clock";
  return fault === "denied" ? ": check the credentials, and what their owner may do there" : "";
}

/**
 * The error for what a store says.
 *
 * @param host that says it, `HOST` or `HOST:PORT`
 * @param after the pause that it asks for, in milliseconds. @default none
 */
export function createStoreError(
  said: string,
  status: number,
  problem: Problem,
  host: string,
  after?: number,
): StoreError {
  const fault = findFault(status, problem, after);
  const details = [problem.code, problem.message].filter((text) => text !== "").join(": ");
  const message = `${said}${details === "" ? "" : ` (${details})`}${findFix(fault, problem)}`;
  const isTemporary = fault === "throttled" || fault === "transient";
  return isTemporary ? createTemporaryFailure(message, { fault, after, host }) : new StoreError(message, fault);
}

/**
 * The error of an object store's failed answer, with the fix.
 *
 * @param action what was tried: "the request for s3://bucket/key"
 */
export async function createObjectRefusal(response: IncomingMessage, url: URL, action: string): Promise<StoreError> {
  const status = response.statusCode ?? 0;
  const problem = await readProblem(response, url);
  response.destroy();
  const said = `${url.host} answered ${action} with ${status}`;
  return createStoreError(said, status, problem, url.host, readPause(response.headers, Date.now()));
}
