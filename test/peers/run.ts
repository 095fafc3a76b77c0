/**
 * Real programs against the redirector: `npm run test:peers`. What is missing is built into `.peers/`, and what cannot
 * be had is skipped with a line that says how to get it. Everything is on loopback.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aptCases } from "./apt-cases";
import { checkConformance } from "./conformance-case";
import { checkCrossOrigin } from "./cross-origin-case";
import { fileCases } from "./curl-cases";
import { checkExport } from "./export-cases";
import { findTools, peersFolder, type ToolName } from "./find-tools";
import { checkImageBuild } from "./image-build-case";
import { imageCases } from "./image-cases";
import { mirror, origin, trialInventory } from "./inventory";
import { checkKilledMirror } from "./killed-mirror-cases";
import { mirrorform, startRedirector, startRedirectorOn } from "./redirector";
import { rehearsalLacks, rehearse } from "./rehearsal";
import { Report } from "./report";
import { runCases } from "./run-cases";
import { checkRuntime } from "./runtime-case";
import { type Stage, setStage } from "./stage";
import { checkStatusPage } from "./status-page-case";

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
];

type Tools = ReadonlyMap<ToolName, string>;

/** The inventory that ships. */
const rich = join(__dirname, "../fixtures/inventories/rich/mirrors.yaml");

/** An inventory, and the mirror that blobs and files come from when it is in force. */
interface Scenario {
  readonly title: string;
  /** What the redirector runs on. @default Node */
  readonly runtime?: "bun";
  readonly state: "active" | "retired";
  readonly contentFrom: string;
}

const active: Scenario = {
  title: "The mirror is active: blobs and files come from it, everything else from the origin",
  state: "active",
  contentFrom: mirror,
};
/** Questions to mirrors and lists of the origin go through the runtime's own client of HTTP. */
const activeOnBun: Scenario = {
  ...active,
  title: "The same, with the redirector on Bun",
  runtime: "bun",
};
const retired: Scenario = {
  title: "The mirror is retired, and its servers are gone: everything comes from the origin",
  state: "retired",
  contentFrom: origin,
};

async function play(scenario: Scenario, stage: Stage, tools: Tools, folder: string, report: Report): Promise<void> {
  const runtime = scenario.runtime === undefined ? process.execPath : tools.get(scenario.runtime);
  report.head(scenario.title);
  if (runtime === undefined) {
    report.row("skipped", "bun", "all clients");
    return;
  }
  const inventory = join(folder, `${scenario.state}.yaml`);
  writeFileSync(inventory, trialInventory(stage.places, scenario.state));
  await mirrorform("validate", "--inventory", inventory, "--allow-private-mirrors");
  const redirector = await startRedirectorOn(runtime, inventory);
  const setting = { stage, redirector, contentFrom: scenario.contentFrom, folder };
  await runCases(
    imageCases,
    { ...setting, clientOf: ({ client }) => tools.get("registry") && tools.get(client) },
    report,
  );
  await runCases([...fileCases, ...aptCases], { ...setting, clientOf: ({ client }) => tools.get(client) }, report);
  await redirector.stop();
}

async function playAll(tools: Tools, folder: string, report: Report): Promise<void> {
  const stage = await setStage(tools, folder);
  await play(active, stage, tools, folder, report);
  await play(activeOnBun, stage, tools, folder, report);
  await checkKilledMirror(stage, tools, folder, report);
  await stage.stopMirror();
  await play(retired, stage, tools, folder, report);
  await stage.stop();
}

/** The page that people see, of the inventory that ships, whose mirrors need not exist. */
async function showStatusPage(tools: Tools, report: Report): Promise<void> {
  report.head("The status page, in a browser");
  const name = "the page in light and dark, on a desk and on a phone, without scripts";
  await report.check("chromium", name, tools.get("chromium"), async (browser) => {
    const redirector = await startRedirector(rich, "--presence", "assume");
    const screenshots = join(peersFolder, "screenshots");
    try {
      await checkStatusPage({ page: `http://127.0.0.1:${redirector.port}/-/status`, browser, screenshots });
      return `pictures in ${screenshots}`;
    } finally {
      await redirector.stop();
    }
  });
}

/** A page of another origin, whose script asks the redirector. */
async function fetchAcrossOrigins(tools: Tools, report: Report): Promise<void> {
  report.head("A page of another origin, in a browser");
  await report.check("chromium", "fetch() through the redirector", tools.get("chromium"), checkCrossOrigin);
}

/** What carries decisions besides `serve` on Node, each against the same table of cases. */
async function runCarriers(tools: Tools, folder: string, report: Report): Promise<void> {
  report.head("Carriers: the table of cases, raw targets, and an end that loses nothing");
  const runtimes = [
    ["node", process.execPath],
    ["bun", tools.get("bun")],
  ] as const;
  for (const [name, path] of runtimes) {
    await report.check(name, "all conformance cases", path, (program) => checkConformance(name, program, folder));
    await report.check(name, "raw targets, order of answers, end", path, (program) =>
      checkRuntime(name, program, folder),
    );
  }
  for (const program of ["nginx", "envoy"] as const) {
    const name = "all conformance cases, by the exported configuration";
    await report.check(program, name, tools.get(program), (path) => checkExport(program, path, console.log));
  }
}

async function rehearseAws(report: Report): Promise<void> {
  const name = "apply of the small inventory's AWS stacks, and an empty second plan";
  report.head("The AWS stacks, applied to an emulator");
  const lacking = await rehearsalLacks();
  if (lacking !== undefined) {
    report.row("skipped", "terraform", name, `skipped: terraform: ${lacking}`);
    return;
  }
  console.log("applying and planning: a few minutes");
  try {
    report.row("passed", "terraform", name, await rehearse());
  } catch (error) {
    report.row("failed", "terraform", name, (error as Error).message);
  }
}

async function run(): Promise<void> {
  const report = new Report();
  const tools = await findTools(needed, console.log);
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-peers-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await playAll(tools, folder, report);
  await runCarriers(tools, folder, report);
  await checkImageBuild(tools, folder, report);
  await showStatusPage(tools, report);
  await fetchAcrossOrigins(tools, report);
  await rehearseAws(report);
  report.sum();
  process.exitCode = report.fine ? 0 : 1;
}

run().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
