import { readClosure } from "../../../promotion/image/read-closure";
import { groupSignatureTags } from "../../../promotion/image/signature-tag";
import type { Ledger, LedgerImage } from "../../../promotion/ledger/ledger";
import { listFound, TextPool } from "../../../promotion/ledger/list-found";
import { completionKey } from "../../../promotion/plan/completion-key";
import { planRemovals } from "../../../promotion/withdrawal/plan-removals";
import type { RemovalReport } from "../../../promotion/withdrawal/removal-report";
import { runRemovals } from "../../../promotion/withdrawal/run-removals";
import { digestOf as digestOfBytes } from "../../../stores/registry/content";
import { StoreError } from "../../../stores/store-error";
import { createSmallPromotion, type SmallPromotion } from "../run/small-promotion";
import { longAgo, mentions, now } from "./small-ledger";

const place = { file: "w.yaml", line: 1, column: 1 };
const base = { project: "app", destinations: "all", reason: "broken", date: "2026-11-26", place } as const;
const [origin, mirror] = ["google/us registry", "google/eu registry"] as const;

/** A small promotion that has run, and the ledger that follows from it; nothing is withdrawn yet. */
async function promote() {
  const promotion = createSmallPromotion();
  for (const target of promotion.targets) Object.assign(target, { mayRemove: true });
  await promotion.run();
  const images: LedgerImage[] = [];
  for (const { repository, digest, tags } of promotion.images) {
    const source = promotion.staging.repository(repository);
    const all = new Set([...(promotion.staging.manifests.get(repository)?.keys() ?? [])]);
    const closure = await readClosure(digest, { repository: source, signatureTags: groupSignatureTags(all) });
    const found = listFound(closure, { project: "app", repository, digest, tags }, new TextPool());
    images.push(...found.map((each) => ({ ...each, promotion: 1 })));
  }
  const files = promotion.files.map(({ project, path, bytes }) => {
    return { project, path, sha256: digestOfBytes(bytes).slice(7), promotion: 1 };
  });
  return { promotion, ledger: { format: 1, newest: 1, images, files, complete: {} } as Ledger };
}

const hidden = { hidden: longAgo, reason: "broken", removedFrom: [] };

/** Withdraws the first image (`app/server`) and `v1/tool`, long ago. */
function withdrawFirst(promotion: SmallPromotion, ledger: Ledger) {
  const digest = promotion.images[0]?.digest ?? "";
  const isOwn = ({ repository }: LedgerImage) => repository === "app/server";
  const current: Ledger = {
    ...ledger,
    images: ledger.images.map((each) => (isOwn(each) ? { ...each, withdrawn: hidden } : each)),
    files: ledger.files.map((each) => (each.path === "v1/tool" ? { ...each, withdrawn: hidden } : each)),
  };
  const withdrawn = [
    { kind: "image", ...base, repository: "app/server", digest, tags: [] },
    { kind: "file", ...base, project: "tools", path: "v1/tool" },
  ] as const;
  return { current, withdrawn, digest };
}

class TestLedger {
  saves = 0;
  constructor(public current: Ledger) {}
  change(to: (ledger: Ledger) => Ledger): void {
    this.current = to(this.current);
  }
  async save(): Promise<void> {
    this.saves++;
  }
}

/** Plans and runs once. */
async function run(
  promotion: SmallPromotion,
  ledger: TestLedger,
  withdrawn: ReturnType<typeof withdrawFirst>["withdrawn"],
  promised: readonly string[] = [],
): Promise<readonly RemovalReport[]> {
  const client = promotion.images[1]?.digest ?? "";
  const known = mentions([...promised]);
  const named = { ...known, images: new Set([`app/client@${client}`]), projects: new Set(["app", "tools"]) };
  const manifests = { withdrawn, mentions: named };
  const { removals } = planRemovals({
    ledger: ledger.current,
    manifests,
    targets: promotion.targets,
    now,
    deleteAfter: 7,
  });
  return runRemovals(removals, promotion.context(), ledger);
}

/** Everything that is at the targets. */
function stateOf({ places, buckets }: SmallPromotion): string[] {
  const held = [...places].flatMap(([name, { manifests }]) =>
    [...manifests].flatMap(([repository, each]) => [...each.keys()].map((key) => `${name} ${repository} ${key}`)),
  );
  return [
    ...held,
    ...[...buckets].flatMap(([name, { objects }]) => [...objects.keys()].map((key) => `${name} ${key}`)),
  ].sort();
}

describe("a run that deletes", () => {
  test("removes the image everywhere with what only it needs, and leaves the other as it was", async () => {
    const { promotion, ledger } = await promote();
    const { current, withdrawn, digest } = withdrawFirst(promotion, ledger);
    const before = stateOf(promotion);
    const kept = new TestLedger(current);
    const reports = await run(promotion, kept, withdrawn);
    expect(reports.flatMap(({ targets }) => targets.map(({ state }) => state))).toEqual(
      Array(reports.flatMap(({ targets }) => targets).length).fill("deleted"),
    );
    expect(reports.map(({ kind, reachable, targets }) => [kind, reachable, targets.length])).toEqual([
      ["image", [], 3],
      ["file", [], 3],
    ]);
    const after = stateOf(promotion);
    expect(after.filter((each) => each.includes("app/server") || each.endsWith("v1/tool"))).toEqual([]);
    expect(after).not.toContain(`aws/us ${completionKey(digest)}`);
    const client = (each: string) => each.includes("app/client");
    expect(after.filter(client)).toEqual(before.filter(client));
    const needed = ledger.images.filter(({ repository }) => repository === "app/client").flatMap(({ blobs }) => blobs);
    for (const blob of needed) expect(after).toContain(`aws/us containers/images/${blob}`);
    expect(after.filter((each) => each.startsWith("aws/us containers/images/"))).toHaveLength(new Set(needed).size);
    expect(kept.current.images.filter(({ repository }) => repository === "app/server")).toEqual([]);
    expect(kept.current.files.map(({ path }) => path)).not.toContain("v1/tool");
  });

  test("begins at the origin, with tags, then the index, then its children", async () => {
    const { promotion, ledger } = await promote();
    const { current, withdrawn, digest } = withdrawFirst(promotion, ledger);
    const order: string[] = [];
    for (const [name, each] of promotion.places) {
      each.calls.length = 0;
      each.afterWrite = ({ reference }) => order.push(`${name} ${reference}`);
    }
    await run(promotion, new TestLedger(current), withdrawn);
    const atOrigin = order.filter((each) => each.startsWith(origin)).map((each) => each.slice(origin.length + 1));
    expect(order.findIndex((each) => each.startsWith(mirror))).toBe(atOrigin.length);
    expect(atOrigin.slice(0, 2).sort()).toEqual(["v1", "v1.0"]);
    const { manifests = [] } = ledger.images.find((each) => each.digest === digest) ?? {};
    expect(atOrigin.slice(-3)).toEqual([digest, ...manifests]);
  });

  test("finishes after a failure at any point, any number of times, and does nothing twice", async () => {
    const { promotion: whole, ledger: first } = await promote();
    const undisturbed = withdrawFirst(whole, first);
    await run(whole, new TestLedger(undisturbed.current), undisturbed.withdrawn);
    const expected = stateOf(whole);
    for (const seed of [1, 2, 3, 5, 8, 13]) {
      const { promotion, ledger } = await promote();
      const { current, withdrawn } = withdrawFirst(promotion, ledger);
      const kept = new TestLedger(current);
      for (let attempt = 1; attempt <= 40; attempt++) {
        let left = seed * attempt;
        const crash = new Error("killed");
        const controller = new AbortController();
        const step = () => {
          left--;
          if (left === 0) controller.abort(crash);
          controller.signal.throwIfAborted();
        };
        for (const each of promotion.places.values())
          each.before = () => {
            step();
            return undefined;
          };
        for (const each of promotion.buckets.values()) each.delay = async () => step();
        const manifests = {
          withdrawn,
          mentions: {
            ...mentions([]),
            images: new Set([`app/client@${promotion.images[1]?.digest}`]),
            projects: new Set(["app", "tools"]),
          },
        };
        const { removals } = planRemovals({
          ledger: kept.current,
          manifests,
          targets: promotion.targets,
          now,
          deleteAfter: 7,
        });
        const isDone = await runRemovals(removals, promotion.context(controller.signal), kept).then(
          () => true,
          (error) => {
            if (error !== crash) throw error;
            return false;
          },
        );
        if (isDone && removals.length === 0) break;
      }
      for (const each of promotion.places.values()) each.before = () => undefined;
      expect(stateOf(promotion)).toEqual(expected);
      expect(kept.current.images.filter(({ withdrawn: withdrawal }) => withdrawal)).toEqual([]);
    }
  });

  test("names registries that cannot delete, and takes the rest away", async () => {
    const { promotion, ledger } = await promote();
    const { current, withdrawn } = withdrawFirst(promotion, ledger);
    const place = promotion.places.get(mirror);
    Object.assign(place ?? {}, { removes: false, removesTags: false });
    const kept = new TestLedger(current);
    const [image] = await run(promotion, kept, withdrawn);
    expect(image?.targets.map(({ target, state }) => [target, state])).toEqual([
      [origin, "deleted"],
      [mirror, "left"],
      ["aws/us blobs", "deleted"],
    ]);
    expect(image?.reachable).toEqual([mirror]);
    expect(kept.current.images.find(({ digest }) => digest === image?.digest)?.withdrawn?.removedFrom).toEqual([
      "aws/us blobs",
      origin,
    ]);
    Object.assign(place ?? {}, { removes: true });
    const [again] = await run(promotion, kept, withdrawn);
    expect(again?.targets.map(({ target, state }) => [target, state])).toEqual([[mirror, "deleted"]]);
    expect(kept.current.images.filter(({ repository }) => repository === "app/server")).toEqual([]);
  });

  test("leaves a tag that leads elsewhere by now, and an image, whole, that a promised tag still leads to", async () => {
    const { promotion, ledger } = await promote();
    const { current, withdrawn, digest } = withdrawFirst(promotion, ledger);
    const ofOrigin = () => stateOf(promotion).filter((each) => each.startsWith(`${origin} mirrors/app/server `));
    const before = ofOrigin();
    const held = promotion.places.get(mirror)?.manifests.get("mirrors/app/server");
    const other = promotion.places.get(mirror)?.manifests.get("mirrors/app/client")?.get("v1");
    if (other) held?.set("v1.0", other);
    const reports = await run(promotion, new TestLedger(current), withdrawn, ["app/server:v1"]);
    const state = stateOf(promotion);
    expect(reports[0]?.targets.find(({ target }) => target === origin)).toMatchObject({
      state: "left",
      reason: "the tag v1, which is promised for another digest, still leads to it: release under a new tag",
    });
    expect(state).toContain(`${origin} mirrors/app/server v1`);
    expect(state).toContain(`${origin} mirrors/app/server ${digest}`);
    expect(ofOrigin()).toEqual(before.filter((each) => !each.endsWith(" v1.0")));
    expect(state).toContain(`${mirror} mirrors/app/server v1.0`);
  });

  test.each([
    ["another registry", "mirror.example.org", ["deleted", "deleted"], []],
    ["ECR, with another tag", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", ["deleted", "deleted"], ["v1.0"]],
    ["ECR, without another tag", "123456789012.dkr.ecr.eu-west-1.amazonaws.com", ["deleted", "left"], []],
  ])(
    "keeps the digest where only tags are withdrawn, at a registry that deletes it with its last tag: %s",
    async (...of) => {
      const [_, host, states, staying] = of;
      const { promotion, ledger } = await promote();
      const digest = promotion.images[0]?.digest ?? "";
      const place = promotion.places.get(mirror);
      Object.assign(place ?? {}, { removesWithLastTag: true });
      for (const target of promotion.targets)
        if (`${target.mirror} ${target.kind}` === mirror) Object.assign(target, { host });
      const tags = ["v1", "v1.0"].filter((tag) => !staying.includes(tag));
      const withdrawnTags = Object.fromEntries(tags.map((tag) => [tag, hidden]));
      const images = ledger.images.map((each) => (each.digest === digest ? { ...each, withdrawnTags } : each));
      const entry = { kind: "image", ...base, repository: "app/server", tags } as const;
      const named = { ...mentions([]), images: new Set([`app/server@${digest}`]), projects: new Set(["app", "tools"]) };
      const { removals } = planRemovals({
        ledger: { ...ledger, images },
        manifests: { withdrawn: [entry], mentions: named },
        ...{ targets: promotion.targets, now, deleteAfter: 7 },
      });
      const [report] = await runRemovals(removals, promotion.context(), new TestLedger({ ...ledger, images }));
      expect(report?.targets.map(({ state }) => state)).toEqual(states);
      expect(place?.manifests.get("mirrors/app/server")?.has(digest)).toBe(true);
    },
  );

  test("looks whether a cloud or a donor deleted what the run may not", async () => {
    const { promotion, ledger } = await promote();
    const { current, withdrawn } = withdrawFirst(promotion, ledger);
    for (const target of promotion.targets)
      if (target.mirror === "azure/west") Object.assign(target, { mayRemove: false });
    const kept = new TestLedger(current);
    const file = async () => (await run(promotion, kept, withdrawn)).find(({ kind }) => kind === "file");
    expect((await file())?.targets.at(-1)).toEqual({
      target: "azure/west files",
      state: "left",
      reason: "withdrawal is not on for azure/west",
    });
    expect(kept.current.files.find(({ path }) => path === "v1/tool")?.withdrawn?.removedFrom).toEqual([
      "aws/us files",
      "google/us files",
    ]);
    promotion.buckets.get("azure/west")?.objects.delete("v1/tool");
    expect((await file())?.targets).toEqual([{ target: "azure/west files", state: "gone" }]);
    expect(kept.current.files.find(({ path }) => path === "v1/tool")).toBeUndefined();
  });

  test("says until when it could be downloaded, and how long old versions stay", async () => {
    const { promotion, ledger } = await promote();
    const { current, withdrawn } = withdrawFirst(promotion, ledger);
    for (const target of promotion.targets) if (target.mirror === "aws/us") Object.assign(target, { versionDays: 30 });
    const file = (await run(promotion, new TestLedger(current), withdrawn)).find(({ kind }) => kind === "file");
    const { until = "", versionsUntil = "" } = file?.targets.find(({ target }) => target === "aws/us files") ?? {};
    expect(Date.parse(versionsUntil) - Date.parse(until)).toBe(30 * 24 * 60 * 60 * 1000);
  });

  test("reports a store that fails, and goes on with the others", async () => {
    const { promotion, ledger } = await promote();
    const { current, withdrawn } = withdrawFirst(promotion, ledger);
    const place = promotion.places.get(origin);
    if (place)
      place.before = ({ method }) => (method === "removeManifest" ? new StoreError("no", "denied") : undefined);
    const kept = new TestLedger(current);
    const [image] = await run(promotion, kept, withdrawn);
    expect(image?.targets.map(({ state }) => state)).toEqual(["failed", "deleted", "deleted"]);
    expect(image?.reachable).toEqual([origin]);
  });
});
