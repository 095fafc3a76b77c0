/**
 * The redirector as a Lambda: behind API Gateway's HTTP API, a function URL or an Application Load Balancer. Configured
 * by the environment variables of `environmentSettings`; a fallback table travels beside the handler, in the same zip.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import type { CarriedRequest } from "../redirector/carried-request";
import { environmentSettings } from "../redirector/environment-settings";
import { failure } from "../redirector/servers/carrier";
import { type LambdaEvent, type LambdaResult, requestOf, resultOf } from "../redirector/servers/lambda-events";
import { writeTo } from "../redirector/telemetry/log-writer";
import { within } from "../redirector/within";
import type { Answer } from "../routing/answer";
import { decodeRoutingTable } from "../routing/routing-table";

const { status, ...settings } = environmentSettings(process.env);
const assembled = new AssembledRedirector(decodeRoutingTable(readFileSync(join(__dirname, "routing.table"))), {
  ...settings,
  // Lambda stops the process as soon as an answer is given.
  frozen: true,
  // A function has one way in.
  ownPages: status === "same",
  write: writeTo(1),
});

/**
 * How long the first request waits for the live table, in milliseconds. Loading begins while the function starts; the start
 * itself cannot wait, because a CommonJS module has no top-level `await`.
 */
const FIRST_REFRESH_LIMIT = 2_000;
/** How long another waits, once a minute, for the table that it made the function look for, in milliseconds. */
const REFRESH_LIMIT = 300;

const firstRefresh = assembled.refreshIfDue();
/** Its limit begins with the first request: the function may have been stopped between its start and that. */
let begun: Promise<void> | undefined;

async function answerTo(request: CarriedRequest): Promise<Answer> {
  try {
    return await assembled.redirector.handle(request);
  } catch (error) {
    assembled.failed(error);
    return failure;
  }
}

/**
 * Answers one request. Lambda stops the process as soon as that is done, so a new table is waited for as well, when the
 * answer is decided.
 */
export async function handler(event: LambdaEvent): Promise<LambdaResult> {
  begun ??= within(FIRST_REFRESH_LIMIT, firstRefresh, undefined);
  await begun;
  const request = requestOf(event);
  const refresh = assembled.refreshIfDue();
  const answer = await answerTo(request);
  await within(REFRESH_LIMIT, refresh, undefined);
  await assembled.flush();
  return resultOf(event, answer, request.method);
}
