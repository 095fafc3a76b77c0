import type { Answer } from "../../routing/answer";
import type { AssembledRedirector } from "../assembled-redirector";
import type { CarriedRequest } from "../carried-request";
import { within } from "../within";
import { failure } from "./carrier";
import { type LambdaEvent, type LambdaResult, requestOf, resultOf } from "./lambda-events";

/**
 * How long the first request waits for the live table, in milliseconds. Loading begins while the function starts; the
 * start itself cannot wait, because a CommonJS module has no top-level `await`.
 */
const firstRefreshLimit = 2_000;
/**
 * How long the first request waits for the overlay, in milliseconds. It is read at the same time as the table, and is no larger;
 * without it, mirrors are asked.
 */
const firstOverlayLimit = 500;
/**
 * How long a later request waits, at most once a minute, for the check for a new table and overlay that it started, in
 * milliseconds.
 */
const refreshLimit = 300;

/** Answers the event of one request. */
export type LambdaHandler = (event: LambdaEvent) => Promise<LambdaResult>;

async function answerOf(assembled: AssembledRedirector, request: CarriedRequest): Promise<Answer> {
  try {
    return await assembled.redirector.handle(request);
  } catch (error) {
    assembled.reportFailure(error);
    return failure;
  }
}

/**
 * Creates the handler of a function. Lambda freezes the process as soon as it returns a response, so each request
 * also waits for the new table, up to a limit, and for its log lines.
 */
export function createLambdaHandler(assembled: AssembledRedirector): LambdaHandler {
  const first = assembled.beginRefresh();
  /** Its time limits start with the first request: the function may have been frozen before that. */
  let firstWait: Promise<unknown> | undefined;
  return async (event) => {
    firstWait ??= Promise.all([
      within(firstRefreshLimit, first.table, undefined),
      within(firstOverlayLimit, first.overlay, undefined),
    ]);
    await firstWait;
    const request = requestOf(event);
    const refresh = assembled.refreshIfDue();
    const answer = await answerOf(assembled, request);
    await within(refreshLimit, refresh, undefined);
    await assembled.flush();
    return resultOf(event, answer, request.method);
  };
}
