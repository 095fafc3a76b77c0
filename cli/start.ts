import { counted } from "../document/counted";
import { printable } from "../document/printable";
import type { Inventory } from "../inventory/inventory";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { AssembledRedirector } from "../redirector/assembled-redirector";
import { writeTo } from "../redirector/telemetry/log-writer";
import { portOf } from "./failure";
import { requireFreePort, serveUntilTold } from "./serve";
import { stackTable, synthesizeInto } from "./synth";
import { describeTable } from "./table";

/** Where the stacks go, as `cdktf.json` has it. */
const outdir = "cdktf.out";

/** Clients to try, of clouds that most inventories know: addresses out of the clouds' published ranges. */
const clients = [
  { words: "a client at AWS, in Paris", address: "35.180.1.1" },
  { words: "a client at Google, in Finland", address: "35.220.26.1" },
  { words: "a client of nobody", address: "192.0.2.1" },
];

/** The blob of an image, as in the tests of registry.k8s.io. */
const blob = "/v2/pause/blobs/sha256:da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";

/** A path that the first host answers by a redirect. */
export function samplePath({ hosts }: Inventory): string {
  if (hosts.some(({ serves }) => serves.includes("images"))) return blob;
  const [below] = hosts[0]?.paths ?? [];
  return below === undefined ? "/example.tar.gz" : `/${below.path}/example.tar.gz`;
}

function invitation(url: string, path: string): string {
  const tries = clients.map(
    ({ words, address }) =>
      `# ${words}\ncurl -sS -o /dev/null -w '%{http_code} %{redirect_url}\\n' -H 'X-Forwarded-For: ${address}' ${url}${path}\n`,
  );
  return `\nThe redirector listens on ${url}. Its status page is ${url}/-/status. Try, in another terminal:\n\n${tries.join("")}\nCtrl-C ends it.\n`;
}

function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/**
 * `start`: the whole way once. No mirror is asked for anything. The redirector believes `X-Forwarded-For`, so that clients of every cloud can be played:
 * it listens on loopback only.
 *
 * @throws Failure where the inventory is wrong, or the port is taken
 */
export async function startCommand(options: ProjectOptions & { readonly port: string }): Promise<void> {
  const listen = { port: portOf(options.port), host: "127.0.0.1" };
  await requireFreePort(listen);
  const project = loadProject(options);
  const { inventory } = project;
  const mirrors = inventory.providers.reduce((sum, provider) => sum + provider.mirrors.length, 0);
  say(
    `${options.inventory}: ${counted(inventory.providers.length, "provider")}, ${counted(mirrors, "mirror")}, ${counted(inventory.hosts.length, "host")}`,
  );
  const loaded = compileTable(project);
  say(`stacks, into ${outdir}:`);
  const stacks = synthesizeInto(project, loaded, outdir);
  process.stdout.write(`\n${stackTable(stacks)}\n`);
  say(`routing table: ${describeTable(loaded.table, loaded.bytes.length)}`);
  const assembled = new AssembledRedirector(loaded.table, {
    clientAddress: { from: "forwarded", position: 1 },
    // The mirrors of an inventory that is being tried out need not exist yet.
    presence: "assume",
    logShare: 0,
    ownPages: true,
    write: writeTo(1),
  });
  await serveUntilTold(assembled, { ...listen, status: "same" }, (url) =>
    process.stdout.write(invitation(url, samplePath(inventory))),
  );
}
