import type { RunReport } from "../../../promotion/run/run-report";
import { describeRemovalReport, nameRemoval } from "../../../promotion/withdrawal/format-removals";
import type { Expected } from "./check-mirrors";
import { type ControlScene, ownMirrors } from "./control-scene";
import { demoNames } from "./demo-project";
import { DemoRedirector } from "./demo-redirector";

const { late: hoster, origin, repository } = demoNames;

/** The file that is withdrawn, as its project names it. */
const withdrawnFile = "v1.0.0/linux/arm64/tool";
const reason = "built from the wrong commit";

/** A release is withdrawn, brought back, withdrawn again, and deleted. */
export class WithdrawalDemonstration {
  readonly #scene: ControlScene;
  readonly #remaining: Expected;
  readonly #all: Expected;
  #redirector: DemoRedirector | undefined;

  constructor(scene: ControlScene) {
    const { first, second, files } = scene;
    this.#scene = scene;
    this.#all = { images: [first, second], files };
    const others = [...files].filter(([name]) => name !== withdrawnFile);
    this.#remaining = { images: [first], files: new Map(others) };
  }

  /** What mirrors should have after all steps. */
  get remaining(): Expected {
    return this.#remaining;
  }

  /** In this order. */
  get steps(): readonly (() => Promise<void>)[] {
    return [() => this.#withdraw(), () => this.#revert(), () => this.#delete(), () => this.#deleteAtHoster()];
  }

  async #withdraw(): Promise<void> {
    const { narrator } = this.#scene;
    narrator.begin("v1.1.0 and a file are withdrawn: the pull request moves their lines to withdrawn.yaml");
    const report = await this.#promise(this.#remaining, true);
    this.#showRemovals(report);
    await this.#scene.claimComplete(
      "they are hidden at once, and nothing is deleted: every mirror holds every byte",
      [...ownMirrors, hoster],
      this.#all,
    );
    narrator.claim(
      `a client of the redirector gets 404 for v1.1.0, its digest and its own layer, and 410 with the reason for the file`,
      await this.#isHidden(),
    );
    narrator.claim(
      "v1.0.0, and the layer that both releases have, are redirected as before",
      await this.#isRestShown(),
    );
  }

  async #revert(): Promise<void> {
    const { narrator } = this.#scene;
    narrator.begin("The commit is reverted within the waiting time of 7 days");
    const report = await this.#promise(this.#all, false);
    this.#showRemovals(report);
    narrator.claim("clients are redirected to both again", await this.#isShown());
    narrator.claim(
      "nothing was copied or written at any mirror",
      report.source.read === 0 && report.artifacts.length === 0,
    );
  }

  async #delete(): Promise<void> {
    const { narrator, project, stores } = this.#scene;
    narrator.begin("They are withdrawn again, and the waiting time ends");
    await this.#promise(this.#remaining, true);
    project.writeInventory({ deleteAfter: 0, hosterRemoves: false });
    narrator.say(
      "A demonstration cannot wait for 7 days: `delete-after: 0` in the inventory ends the waiting time now.",
    );
    const before = stores.writes.length;
    const report = await this.#scene.carryOut();
    this.#showRemovals(report);
    const removals = stores.writes.slice(before).filter(({ what }) => what === "removal");
    const atOrigin = removals.filter(({ mirror }) => mirror === origin).length;
    narrator.claim(
      `at the registries, the origin came first: ${atOrigin} of ${removals.length} removals`,
      atOrigin > 0 &&
        atOrigin < removals.length &&
        removals.slice(0, atOrigin).every(({ mirror }) => mirror === origin),
    );
    const left = ownMirrors.flatMap((mirror) => this.#findLeft(mirror));
    narrator.claim(
      `no tag, manifest, layer in a bucket or file of them is left at ${ownMirrors.join(", ")}`,
      left.length === 0,
    );
    await this.#scene.claimComplete(
      "v1.0.0 has every layer that both had, and the other files are whole",
      ownMirrors,
      this.#remaining,
    );
    const stillThere = this.#findLeft(hoster);
    const isNamed = (report.removals ?? []).every(({ reachable }) => reachable.some((each) => each.startsWith(hoster)));
    narrator.claim(
      `${hoster} has no \`withdrawal: true\` and still holds the bytes, as the report says; a client of the redirector gets 404 and 410 all the same`,
      stillThere.length > 0 && isNamed && (await this.#isHidden()),
    );
  }

  async #deleteAtHoster(): Promise<void> {
    const { narrator, project } = this.#scene;
    narrator.begin(`The inventory gets \`withdrawal: true\` for ${hoster}: the same command deletes there, too`);
    project.writeInventory({ deleteAfter: 0, hosterRemoves: true });
    this.#showRemovals(await this.#scene.carryOut());
    narrator.claim("nothing of it is left there", this.#findLeft(hoster).length === 0);
    await this.#scene.claimComplete("everything else is whole", [hoster], this.#remaining);
  }

  /** Writes manifests, and runs a promotion. */
  #promise({ images, files }: Expected, isWithdrawn: boolean): Promise<RunReport> {
    const { project, second } = this.#scene;
    project.promiseImages(new Map(images.map(({ digest, tag }) => [digest, [tag]])));
    project.promiseFiles(files);
    project.withdraw(isWithdrawn ? { image: second.digest, file: withdrawnFile, reason } : undefined);
    return this.#scene.carryOut();
  }

  #showRemovals({ removals = [] }: RunReport): void {
    const lines = removals.map((removal) => `${nameRemoval(removal)}: ${describeRemovalReport(removal)}`);
    this.#scene.narrator.show(lines.join("\n"));
  }

  /** What of the withdrawn artifacts is at a mirror. */
  #findLeft(mirror: string): string[] {
    const { stores, first, second } = this.#scene;
    const digests = [...second.manifests.keys(), second.tag];
    const blobs = [...second.blobs.keys()].filter((digest) => !first.blobs.has(digest));
    return stores.targets.flatMap((target) => {
      if (target.mirror !== mirror) return [];
      if (target.kind === "registry") {
        const { manifests } = stores.registryOf(mirror);
        return digests.filter((each) => manifests.has(`${repository} ${each}`));
      }
      const { objects } = stores.bucketOf(mirror);
      const names = target.kind === "blobs" ? blobs : [`${demoNames.files}${withdrawnFile}`];
      return names.filter((name) => objects.has(target.keyOf(name)));
    });
  }

  /** What a client gets that asks for everything which is withdrawn. */
  async #askWithdrawn(): Promise<{ readonly images: readonly string[]; readonly file: string }> {
    const { second } = this.#scene;
    const redirector = await this.#openRedirector();
    const ask = async (host: string, path: string) => {
      const { status, body } = await redirector.ask(host, path);
      return `${status} ${body}`;
    };
    const paths = [`manifests/${second.tag}`, `manifests/${second.digest}`, `blobs/${second.ownLayer}`];
    const images = paths.map((path) => ask("registry.example.org", `/v2/${repository}/${path}`));
    return {
      images: await Promise.all(images),
      file: await ask("dl.example.org", `/${demoNames.files}${withdrawnFile}`),
    };
  }

  async #isHidden(): Promise<boolean> {
    const { images, file } = await this.#askWithdrawn();
    const [tag = "", digest = "", layer = ""] = images;
    const isUnknown = (answer: string, code: string) => answer.startsWith("404 ") && answer.includes(code);
    return (
      isUnknown(tag, "MANIFEST_UNKNOWN") &&
      isUnknown(digest, "MANIFEST_UNKNOWN") &&
      isUnknown(layer, "BLOB_UNKNOWN") &&
      file.startsWith("410 ") &&
      file.includes(reason)
    );
  }

  async #isShown(): Promise<boolean> {
    const { images, file } = await this.#askWithdrawn();
    return [...images, file].every((answer) => answer.startsWith("307 "));
  }

  async #isRestShown(): Promise<boolean> {
    const { first, second } = this.#scene;
    const redirector = await this.#openRedirector();
    const ask = (path: string) => redirector.ask("registry.example.org", `/v2/${repository}/${path}`);
    const answers = await Promise.all([ask(`manifests/${first.tag}`), ask(`blobs/${second.sharedLayer}`)]);
    return answers.every(({ status }) => status === 307);
  }

  async #openRedirector(): Promise<DemoRedirector> {
    const { project, stores } = this.#scene;
    this.#redirector ??= new DemoRedirector(project.inventory, stores.tables);
    await this.#redirector.refresh();
    return this.#redirector;
  }
}
