/**
 * The redirector as the program of a container, on Node or Bun, for example on Cloud Run. Configured by environment
 * variables: `PORT` (Cloud Run sets it; 8080 otherwise), `MIRRORFORM_TABLE` (the file of the fallback table), and those
 * of `environmentSettings`.
 */
import { readFileSync } from "node:fs";
import { printableLines } from "../document/printable";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import { environmentSettings } from "../redirector/environment-settings";
import { runRedirector } from "../redirector/servers/run-redirector";
import { writeTo } from "../redirector/telemetry/log-writer";
import { decodeRoutingTable } from "../routing/routing-table";

/** All interfaces, IPv6 and IPv4: requests from outside the container arrive on one of them. */
const host = "::";

const originOnly =
  "MIRRORFORM_TABLE_SOURCE is not set: all clients are sent to the origin. Set it to the location of a routing table that `mirrorform table` wrote.";

async function main(): Promise<void> {
  const { PORT = "8080", MIRRORFORM_TABLE = "" } = process.env;
  const { status, ...settings } = environmentSettings(process.env);
  if (MIRRORFORM_TABLE === "") throw new Error("MIRRORFORM_TABLE is not set: set it to the routing table's file");
  const table = decodeRoutingTable(readFileSync(MIRRORFORM_TABLE));
  const assembled = new AssembledRedirector(table, { ...settings, ownPages: status === "same", write: writeTo(1) });
  await runRedirector(assembled, { port: Number(PORT), host, status }, (url) => {
    // Not `process.stderr`: on Bun that loads all of its streams, which takes 8 of the 45 ms of a start.
    console.error(`listening on ${url}`);
    if (table.content.fallback && settings.source === undefined) console.error(originOnly);
  });
}

main().catch((error: Error) => {
  process.stderr.write(`${printableLines(error.message)}\n`);
  process.exitCode = 1;
});
