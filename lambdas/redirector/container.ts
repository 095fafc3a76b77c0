/**
 * The redirector as a container's program: Cloud Run and the like. Configured by environment variables:
 *
 * - `PORT`: where to listen (Cloud Run sets it; 8080 otherwise);
 * - `MIRRORFORM_TABLE`: the routing table's file;
 * - `MIRRORFORM_CLIENT_ADDRESS`: where the client's address is taken from, as `serve --client-address` takes it.
 */
import { readFileSync } from "node:fs";
import { decodeRoutingTable } from "../../routing/routing-table";
import { parseClientAddressRule } from "./client-address";
import { redirectorServer } from "./server";

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`the environment variable ${name} is not set`);
  return value;
}

const rule = parseClientAddressRule(required("MIRRORFORM_CLIENT_ADDRESS"));
if (!rule) throw new Error("MIRRORFORM_CLIENT_ADDRESS must be socket, forwarded:N or header:NAME");

const server = redirectorServer({
  table: decodeRoutingTable(readFileSync(required("MIRRORFORM_TABLE"))),
  clientAddress: rule,
  log: (line) => process.stdout.write(`${line}\n`),
});
server.listen(Number(process.env.PORT ?? 8080));
process.on("SIGTERM", () => server.close());
