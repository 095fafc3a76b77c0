import { writeFileSync } from "node:fs";
import type { Audit } from "../../../promotion/audit/audit-mirrors";
import { makeRepairPlan } from "../../../promotion/audit/make-repair-plan";
import { readLedger } from "../../../promotion/ledger/read-ledger";
import { formatPlan } from "../../../promotion/plan/format-plan";
import { promiseOf } from "../../../promotion/plan/promise-of";
import { createJsonContent } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { formatAuditText } from "../../audit/format-audit-text";
import { readMirrors } from "../../audit/read-mirrors";
import { loadPromotion } from "../load-promotion";
import type { Expected } from "./check-mirrors";
import { type ControlScene, ownMirrors } from "./control-scene";
import { createDemoBytes } from "./demo-image";
import { demoNames } from "./demo-project";

const { late: hoster, repository } = demoNames;
const [, registryMirror, bucketMirror] = ownMirrors;
/** At a mirror. */
const strangersFile = `${demoNames.files}v1.0.0/linux/amd64/miner`;

/** An audit finds what someone changed at the mirrors, and repairs it. */
export class AuditDemonstration {
  readonly #scene: ControlScene;
  readonly #promoted: Expected;

  /** @param promoted what is promoted, and not withdrawn */
  constructor(scene: ControlScene, promoted: Expected) {
    this.#scene = scene;
    this.#promoted = promoted;
  }

  /** In this order. */
  get steps(): readonly (() => Promise<void>)[] {
    return [() => this.#audit(), () => this.#repair()];
  }

  async #audit(): Promise<void> {
    const { narrator, first } = this.#scene;
    narrator.begin("mirrorform audit: what mirrors hold, compared with what was promoted");
    const { report: clean } = await this.#readMirrors();
    narrator.claim(
      "all mirrors hold what was promoted, and nothing else",
      clean.isClean && clean.findings.length === 0,
    );
    narrator.say("Now someone tampers with the mirrors in five ways.");
    const { child, layer, file, stranger } = this.#tamper();
    const { report } = await this.#readMirrors();
    narrator.show(formatAuditText(report));
    const has = (state: string, target: string, name: string) =>
      report.findings.some(
        (each) => each.state === state && each.target.startsWith(target) && each.name.includes(name),
      );
    narrator.claim(`a manifest that is missing at ${registryMirror}`, has("missing", registryMirror, child));
    narrator.claim(`a tag at ${hoster} that leads elsewhere`, has("other", hoster, first.tag));
    narrator.claim(`a layer at ${bucketMirror} with one wrong bit`, has("other", bucketMirror, layer));
    narrator.claim(`a file at ${bucketMirror} with other bytes`, has("other", bucketMirror, file));
    narrator.claim(`a file at ${bucketMirror} that nobody promoted`, has("unexpected", bucketMirror, stranger));
  }

  /** @returns the names of what is not right any more, besides the tag */
  #tamper() {
    const { stores, first } = this.#scene;
    const children = [...first.manifests].filter(
      ([key, { mediaType }]) => key.includes(":") && mediaType !== mediaTypes.index,
    );
    const [[child] = [""]] = children;
    stores.registryOf(registryMirror).manifests.delete(`${repository} ${child}`);
    const other = createJsonContent(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] });
    stores.registryOf(hoster).tag(repository, other, first.tag);
    const bucket = stores.bucketOf(bucketMirror);
    const layer = first.ownLayer;
    const key = [...bucket.objects.keys()].find((each) => each.endsWith(layer)) ?? "";
    const damaged = Buffer.from(bucket.objects.get(key)?.bytes ?? "");
    damaged.writeUInt8(damaged.readUInt8(1_000) ^ 1, 1_000);
    bucket.hold(key, damaged);
    const file = `${demoNames.files}v1.0.0/linux/amd64/tool`;
    bucket.hold(file, createDemoBytes("another tool", 600_000));
    bucket.hold(strangersFile, "nobody promoted this\n");
    return { child, layer, file, stranger: strangersFile };
  }

  async #repair(): Promise<void> {
    const { narrator, project, stores } = this.#scene;
    narrator.begin("mirrorform audit --repair, then promote run --plan");
    const promotion = loadPromotion({ inventory: project.inventory });
    const { promoted } = promotion.reading;
    const plan = makeRepairPlan(await this.#readMirrors(), { promoted, promise: promiseOf(promoted) });
    const file = project.locate("repair.json");
    writeFileSync(file, formatPlan(plan));
    await this.#scene.carryOut(file);
    await this.#scene.claimComplete("every byte is right again", [...ownMirrors, hoster], this.#promoted);
    const { report } = await this.#readMirrors();
    narrator.show(formatAuditText(report));
    narrator.claim(
      "what nobody promoted is named, and left to people",
      report.findings.length > 0 && report.findings.every(({ state }) => state === "unexpected"),
    );
    stores.bucketOf(bucketMirror).objects.delete(strangersFile);
  }

  async #readMirrors(): Promise<Audit> {
    const { project, stores } = this.#scene;
    const ledger = await readLedger(stores.tables);
    const { signal } = stores;
    const promotion = loadPromotion({ inventory: project.inventory });
    return readMirrors(promotion, stores.openAudit(), { ledger, sample: "all", seed: "demo", signal });
  }
}
