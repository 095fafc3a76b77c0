/**
 * Runs real programs against the redirector: `npm run test:peers`. Missing programs are installed into `.peers/`. Those that
 * cannot be installed are skipped, and a line says how to get them. Everything is on loopback.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aptCases } from "./apt-cases";
import { checkRegistries } from "./check-registries";
import { checkStacks } from "./checkov/check-stacks";
import { checkConformance } from "./conformance-case";
import { checkCrossOrigin } from "./cross-origin-case";
import { fileCases } from "./curl-cases";
import { checkExport } from "./export-cases";
import { findTools, peersFolder, type ToolName } from "./find-tools";
import { checkImageBuild } from "./image-build-case";
import { imageCases } from "./image-cases";
import { mirror, origin, trialInventory } from "./inventory";
import { checkKilledMirror } from "./killed-mirror-cases";
import { checkObjectStores } from "./object-store-cases";
import { checkPromotions } from "./promotion-cases";
import { runMirrorform, startRedirector, startRedirectorOn } from "./redirector";
import { findMissingForRehearsal, rehearse, rehearsed } from "./rehearsal";
import { checkReplay } from "./replay-case";
import { Report } from "./report";
import { runCases } from "./run-cases";
import { checkRuntime } from "./runtime-case";
import { checkStatusPage } from "./status-page-case";
import { startTestServers, type TestServers } from "./test-servers";
import { checkWithdrawnPulls } from "./withdrawn-pull-case";

const needed: readonly ToolName[] = [
  "registry",
  "crane",
  "regctl",
  "skopeo",
  "ctr",
  "curl",
  "apt-get",
  "bun",
  "nginx",
  "envoy",
  "chromium",
  "minio",
  "fake-gcs-server",
  "azurite",
  "checkov",
];

type Tools = ReadonlyMap<ToolName, string>;

/** An inventory with mirrors at all clouds. */
const rich = join(__dirname, "../fixtures/inventories/rich/mirrors.yaml");

/** A state of the mirror, and the mirror that must serve blobs and files then. */
interface Scenario {
  readonly title: string;
  /** The redirector's runtime. @default Node */
  readonly runtime?: "bun";
  readonly state: "active" | "retired";
  readonly contentFrom: string;
}

const active: Scenario = {
  title: "The mirror is active: blobs and files come from it, everything else from the origin",
  state: "active",
  contentFrom: mirror,
};
/** Checks of mirrors and lists from the origin use the runtime's own HTTP client. */
const activeOnBun: Scenario = {
  ...active,
  title: "The same, with the redirector on Bun",
  runtime: "bun",
};
const retired: Scenario = {
  title: "The mirror is retired and its servers are stopped: everything comes from the origin",
  state: "retired",
  contentFrom: origin,
};

async function runScenario(
  scenario: Scenario,
  servers: TestServers,
  tools: Tools,
  folder: string,
  report: Report,
): Promise<void> {
  const runtime = scenario.runtime === undefined ? process.execPath : tools.get(scenario.runtime);
  report.printHead(scenario.title);
  if (runtime === undefined) {
    report.printRow("skipped", "bun", "all clients");
    return;
  }
  const inventory = join(folder, `${scenario.state}.yaml`);
  writeFileSync(inventory, trialInventory(servers.ports, scenario.state));
  await runMirrorform("validate", "--inventory", inventory, "--allow-private-mirrors");
  const redirector = await startRedirectorOn(runtime, inventory);
  const options = { servers, redirector, contentFrom: scenario.contentFrom, folder };
  await runCases(
    imageCases,
    { ...options, clientOf: ({ client }) => tools.get("registry") && tools.get(client) },
    report,
  );
  await runCases([...fileCases, ...aptCases], { ...options, clientOf: ({ client }) => tools.get(client) }, report);
  await redirector.stop();
}

async function runScenarios(tools: Tools, folder: string, report: Report): Promise<void> {
  const servers = await startTestServers(tools, folder);
  await runScenario(active, servers, tools, folder, report);
  await runScenario(activeOnBun, servers, tools, folder, report);
  await checkKilledMirror(servers, tools, folder, report);
  await servers.stopMirror();
  await runScenario(retired, servers, tools, folder, report);
  await servers.stop();
}

/** Checks the status page of an inventory whose mirrors need not exist. */
async function runStatusPage(tools: Tools, report: Report): Promise<void> {
  report.printHead("The status page, in a browser");
  const name = "light and dark, desktop and phone, without scripts";
  await report.runCheck("chromium", name, tools.get("chromium"), async (browser) => {
    const redirector = await startRedirector(rich, "--presence", "assume");
    const screenshots = join(peersFolder, "screenshots");
    try {
      await checkStatusPage({ page: `http://127.0.0.1:${redirector.port}/-/status`, browser, screenshots });
      return `screenshots in ${screenshots}`;
    } finally {
      await redirector.stop();
    }
  });
}

/** Lets a page of another origin fetch through the redirector. */
async function runCrossOrigin(tools: Tools, report: Report): Promise<void> {
  report.printHead("A page of another origin, in a browser");
  await report.runCheck("chromium", "fetch() through the redirector", tools.get("chromium"), checkCrossOrigin);
}

/** Runs the conformance cases against the carriers that are not part of the other tests. */
async function runCarriers(tools: Tools, folder: string, report: Report): Promise<void> {
  report.printHead("Carriers: conformance cases, raw request targets, and a shutdown that loses no request");
  const runtimes = [
    ["node", process.execPath],
    ["bun", tools.get("bun")],
  ] as const;
  for (const [name, path] of runtimes) {
    await report.runCheck(name, "all conformance cases", path, (program) => checkConformance(name, program, folder));
    await report.runCheck(name, "raw request targets, order of responses, shutdown", path, (program) =>
      checkRuntime(name, program, folder),
    );
  }
  for (const program of ["nginx", "envoy"] as const) {
    const name = "all conformance cases, with the exported configuration";
    await report.runCheck(program, name, tools.get(program), (path) => checkExport(program, path, console.log));
  }
}

async function runCheckov(tools: Tools, report: Report): Promise<void> {
  report.printHead("Checkov finds nothing in the stacks that is not waived");
  await report.runCheck("checkov", "the stacks of all fixtures", tools.get("checkov"), checkStacks);
}

async function rehearseAws(report: Report): Promise<void> {
  report.printHead("The AWS stacks, applied to an emulator, then planned again: nothing changes");
  const missing = await findMissingForRehearsal();
  if (missing === undefined) console.log("applying and planning takes a few minutes");
  for (const each of rehearsed) {
    const name = `the ${each.inventory} inventory: ${each.stacks.join(", ")}`;
    if (missing === undefined) await report.runCheck("terraform", name, "terraform", () => rehearse(each));
    else report.printRow("skipped", "terraform", name, `skipped: terraform: ${missing}`);
  }
}

async function run(): Promise<void> {
  const report = new Report();
  const tools = await findTools(needed, console.log);
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-peers-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await runScenarios(tools, folder, report);
  await runCarriers(tools, folder, report);
  await checkObjectStores(tools, folder, report);
  await checkImageBuild(tools, folder, report);
  await checkRegistries(tools, folder, report);
  await checkPromotions(tools, folder, report);
  await checkReplay(tools, folder, report);
  await checkWithdrawnPulls(tools, folder, report);
  await runStatusPage(tools, report);
  await runCrossOrigin(tools, report);
  await runCheckov(tools, report);
  await rehearseAws(report);
  report.printSummary();
  process.exitCode = report.isSuccess ? 0 : 1;
}

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
