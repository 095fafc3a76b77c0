/**
 * The redirector as a Lambda: behind API Gateway's HTTP API, a function URL or an Application Load Balancer. It is
 * configured by the environment variables of `environmentSettings`; its zip also holds the fallback table.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import { environmentSettings } from "../redirector/environment-settings";
import { createLambdaHandler } from "../redirector/servers/lambda-handler";
import { writeTo } from "../redirector/telemetry/log-writer";
import { decodeRoutingTable } from "../routing/routing-table";

const { status, ...settings } = environmentSettings(process.env);
const table = decodeRoutingTable(readFileSync(join(__dirname, "routing.table")));

/** Lambda calls this with each event. */
export const handler = createLambdaHandler(
  new AssembledRedirector(table, {
    ...settings,
    // Lambda freezes the process as soon as a response is returned.
    frozen: true,
    // A function has only one endpoint.
    ownPages: status === "same",
    write: writeTo(1),
  }),
);
