/**
 * The redirector as a Lambda: behind API Gateway's HTTP API, a function URL or an Application Load Balancer. Configured
 * by the environment variables of `environmentSettings`; the table to begin with travels beside the handler, in the
 * same zip.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer } from "../../../routing/answer";
import { decodeRoutingTable } from "../../../routing/routing-table";
import { AssembledRedirector } from "../assembled-redirector";
import type { CarriedRequest } from "../carried-request";
import { environmentSettings } from "../environment-settings";
import { writeTo } from "../observability/log-writer";
import { failure } from "./carrier";
import { type LambdaEvent, type LambdaResult, requestOf, resultOf } from "./lambda-events";

const { status, ...settings } = environmentSettings(process.env);
const assembled = new AssembledRedirector(decodeRoutingTable(readFileSync(join(__dirname, "routing.table"))), {
  ...settings,
  // Lambda stops the process as soon as an answer is given.
  frozen: true,
  // A function has one way in.
  ownPages: status === "same",
  write: writeTo(1),
});

async function answerTo(request: CarriedRequest): Promise<Answer> {
  try {
    return await assembled.redirector.handle(request);
  } catch (error) {
    assembled.failed(error);
    return failure;
  }
}

/** Answers one request. */
export async function handler(event: LambdaEvent): Promise<LambdaResult> {
  const request = requestOf(event);
  const answer = await answerTo(request);
  await assembled.flush();
  return resultOf(event, answer, request.method);
}
