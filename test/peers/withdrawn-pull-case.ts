import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { carryOutRun } from "../../cli/promote/run";
import { overlayName } from "../../overlay/overlay-name";
import { LocalRegistry } from "../../stores/local/local-registry";
import { listImages } from "../replay/list-promised";
import { createMadeUpImage, type MadeUpImage } from "../replay/made-up-image";
import { ChangeReader, type ManifestState } from "../replay/read-changes";
import { ReplayStores, translate } from "../replay/replay-stores";
import type { ToolName } from "./find-tools";
import { runProgram } from "./program";
import { runMirrorform, startRedirector } from "./redirector";
import { startDistributionRegistry } from "./registries";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";

const fixtures = join(__dirname, "../fixtures/promotion-changes");
const repository = "app/server";

/** The mirrors have the names that the stores of a replay have. */
const formatInventory = (origin: string, mirror: string) => `project:
  { name: trial, contact: admin@example.org, info: "https://example.org/a", privacy: "https://example.org/b" }
hosts:
  registry.example.org: { serves: [images] }
dns: { zone: example.org }
origin: google/us-central1
promotion:
  destinations: { us.gcr.io/k8s-artifacts-prod: all }
providers:
  google:
    cloud: external
    mirrors:
      us-central1: { registry: "http://${origin}" }
  local:
    cloud: external
    networks: [{ prefixes: [127.0.0.0/8, "::1/128"] }]
    mirrors:
      loopback: { registry: "http://${mirror}" }
`;

/** A client, at the redirector or at a registry. */
type Client = (...args: readonly string[]) => Promise<string>;

class Withdrawal {
  readonly #folder: string;
  readonly #stores: ReplayStores;
  readonly #inventory: string;
  readonly #crane: Client;

  constructor(folder: string, stores: ReplayStores, inventory: string, crane: Client) {
    this.#folder = folder;
    this.#stores = stores;
    this.#inventory = join(folder, "mirrors.yaml");
    this.#crane = crane;
    writeFileSync(this.#inventory, inventory);
  }

  /** Writes manifests, promotes them, and puts the overlay where a redirector looks for it: beside its routing table. */
  async promote(state: ManifestState): Promise<void> {
    const manifests = join(this.#folder, "manifests");
    rmSync(manifests, { recursive: true, force: true });
    for (const [path, text] of state) write(join(manifests, path), translate(text));
    const options = { inventory: this.#inventory, manifests: [manifests], allowPrivateMirrors: true };
    const { report } = await carryOutRun(options, () => this.#stores.open());
    assert.deepEqual(report.findings, []);
    const overlay = this.#stores.tables.objects.get(overlayName);
    assert.ok(overlay);
    write(join(this.#folder, "tables", overlayName), overlay.bytes);
  }

  /** Asks through a redirector that has just started. */
  async ask<T>(work: (host: string) => Promise<T>): Promise<T> {
    const table = join(this.#folder, "tables/routing.table");
    await runMirrorform("table", "--inventory", this.#inventory, "--allow-private-mirrors", "--out", table);
    const redirector = await startRedirector(this.#inventory, "--table", table);
    try {
      return await work(`127.0.0.1:${redirector.port}`);
    } finally {
      await redirector.stop();
    }
  }

  manifest(host: string, reference: string): Promise<string> {
    return this.#crane("manifest", `${host}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`);
  }

  blob(host: string, digest: string): Promise<string> {
    return this.#crane("blob", `${host}/${repository}@${digest}`);
  }
}

function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** What only the withdrawn image has. */
function findOwnLayer({ blobs }: MadeUpImage, other: MadeUpImage): string {
  const shared = new Set(other.blobs.map(({ digest }) => digest));
  const own = blobs.filter(({ digest, mediaType }) => !shared.has(digest) && mediaType.includes("layer"));
  return own[0]?.digest ?? "";
}

async function check(path: string, crane: string, folder: string): Promise<string> {
  const own = mkdtempSync(join(folder, "withdrawn-"));
  const folders = ["origin", "mirror"].map((name) => mkdtempSync(join(own, `${name}-`)));
  const servers = await Promise.all(folders.map((each) => startDistributionRegistry(path, each)));
  const staging = await new LocalRegistry().start();
  try {
    const [origin = "", mirror = ""] = servers.map(({ port }) => `127.0.0.1:${port}`);
    const [change] = new ChangeReader(fixtures).readChanges();
    assert.ok(change);
    const stores = new ReplayStores({ staging, origin, mirror }, "");
    stores.stage(change.before, new Set());
    const run: Client = (...args) => runProgram(crane, args, clientEnvironment(own));
    const withdrawal = new Withdrawal(own, stores, formatInventory(origin, mirror), run);
    const [kept, gone] = listImages(change.before).filter(({ source }) => source.endsWith("/server"));
    assert.ok(kept && gone);
    const [first, second] = [createMadeUpImage(kept.digest), createMadeUpImage(gone.digest)];
    const layer = findOwnLayer(second, first);

    await withdrawal.promote(change.before);
    await withdrawal.ask(async (host) => {
      for (const reference of ["v1.0", "v1.1", second.digest]) await withdrawal.manifest(host, reference);
      await withdrawal.blob(host, layer);
    });

    const entry = `images:\n- name: server\n  digest: "${gone.digest}"\n  reason: taken back\n  date: 2026-11-26\n`;
    await withdrawal.promote(new Map([...change.after, ["images/k8s-staging-app/withdrawn.yaml", entry]]));
    await withdrawal.ask(async (host) => {
      for (const reference of ["v1.1", second.digest])
        await assert.rejects(withdrawal.manifest(host, reference), /MANIFEST_UNKNOWN/);
      await assert.rejects(withdrawal.blob(host, layer), /404|BLOB_UNKNOWN/);
      await withdrawal.manifest(host, "v1.0");
    });
    for (const host of [origin, mirror]) {
      await withdrawal.manifest(host, "v1.1");
      await withdrawal.blob(host, layer);
    }

    await withdrawal.promote(change.before);
    await withdrawal.ask((host) => withdrawal.manifest(host, "v1.1"));
    return "MANIFEST_UNKNOWN and 404 through the redirector, while both registries have it; back after the reverse";
  } finally {
    await Promise.all([staging.stop(), ...servers.map((server) => server.stop())]);
  }
}

/** Lets a real client pull what is withdrawn and still at the mirrors, through the redirector. */
export async function checkWithdrawnPulls(
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  report.printHead("A withdrawn image, pulled through the redirector");
  const registry = tools.get("registry");
  await report.runCheck("crane", "hidden, and brought back", registry && tools.get("crane"), (crane) =>
    check(registry ?? "", crane, folder),
  );
}
