import { formatCount } from "../document/format-count";
import type { Inventory } from "../inventory/inventory";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import { writeTo } from "../redirector/telemetry/log-writer";
import { parsePort } from "./failure";
import { printMessage } from "./print-message";
import { requireFreePort, serveUntilSignal } from "./serve";
import { formatStacks, synthesizeInto } from "./synth";
import { describeTable } from "./table";

/** The directory of the stacks: CDKTF's default. */
const outdir = "cdktf.out";

/** Clients to try, from the published ranges of clouds that most inventories use. */
const clients = [
  { words: "a client at AWS, in Paris", address: "35.180.1.1" },
  { words: "a client at Google, in Finland", address: "35.220.26.1" },
  { words: "an unaffiliated client", address: "192.0.2.1" },
];

/** A blob of an image, as in the tests of registry.k8s.io. */
const blob = "/v2/pause/blobs/sha256:da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";

/** Chooses a path that the first host redirects. */
export function chooseSamplePath({ hosts }: Inventory): string {
  if (hosts.some(({ serves }) => serves.includes("images"))) return blob;
  const [below] = hosts[0]?.paths ?? [];
  return below === undefined ? "/example.tar.gz" : `/${below.path}/example.tar.gz`;
}

function formatInvitation(url: string, path: string): string {
  const tries = clients.map(
    ({ words, address }) =>
      `# ${words}\ncurl -sS -o /dev/null -w '%{http_code} %{redirect_url}\\n' -H 'X-Forwarded-For: ${address}' ${url}${path}\n`,
  );
  return `\nThe redirector listens on ${url}. Its status page is ${url}/-/status. Try this in another terminal:\n\n${tries.join("")}\nPress Ctrl-C to stop.\n`;
}

/**
 * `start`: a trial. Checks the inventory, synthesizes, compiles and serves, without a request to any mirror. The redirector trusts
 * `X-Forwarded-For`, so that a client of any cloud can be simulated. Therefore it listens on loopback only.
 *
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if the port is in use
 */
export async function startCommand(options: ProjectOptions & { readonly port: string }): Promise<void> {
  const listen = { port: parsePort(options.port), host: "127.0.0.1" };
  await requireFreePort(listen);
  const project = loadProject(options);
  const { inventory } = project;
  const mirrors = inventory.providers.reduce((sum, provider) => sum + provider.mirrors.length, 0);
  printMessage(
    `${options.inventory}: ${formatCount(inventory.providers.length, "provider")}, ${formatCount(mirrors, "mirror")}, ${formatCount(inventory.hosts.length, "host")}`,
  );
  const compiled = compileTable(project);
  printMessage(`stacks in ${outdir}:`);
  const stacks = synthesizeInto(project, compiled, outdir);
  process.stdout.write(`\n${formatStacks(stacks)}\n`);
  printMessage(`routing table: ${describeTable(compiled.table, compiled.bytes.length)}`);
  const assembled = new AssembledRedirector(compiled.table, {
    clientAddress: { from: "forwarded", position: 1 },
    // In a trial, the mirrors need not exist yet.
    presence: "assume",
    logShare: 0,
    ownPages: true,
    write: writeTo(1),
  });
  await serveUntilSignal(assembled, { ...listen, status: "same" }, (url) =>
    process.stdout.write(formatInvitation(url, chooseSamplePath(inventory))),
  );
}
