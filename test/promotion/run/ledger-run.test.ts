import fc from "fast-check";
import { encodeOverlay } from "../../../overlay/encode-overlay";
import { overlayName } from "../../../overlay/overlay-name";
import type { Ledger } from "../../../promotion/ledger/ledger";
import { ledgerKey } from "../../../promotion/ledger/ledger-object";
import type { Mentions } from "../../../promotion/manifests/mentions";
import { donorIndexKey } from "../../../promotion/run/donor-indexes";
import type { RunContext } from "../../../promotion/run/run-context";
import { RunLedger } from "../../../promotion/run/run-ledger";
import { StoreError, TransientError } from "../../../stores/store-error";
import { runs } from "../../property-runs";
import { createBytes } from "../transfer/simulated-copy";
import { findFalseClaims, LedgerPromotion, promisedOf } from "./ledger-promotion";

let promotion: LedgerPromotion;
beforeEach(() => {
  promotion = new LedgerPromotion();
});

const origin = "google/us registry";
const targets = ["aws/us blobs", "aws/us files", "azure/west files", "google/eu registry", "google/us files", origin];
const allComplete = (newest: number) => Object.fromEntries(targets.map((target) => [target, newest]));

async function readLedger(): Promise<Ledger> {
  const ledger = await promotion.ledger();
  if (!ledger) throw new Error("there is no ledger");
  expect(findFalseClaims(promotion, ledger)).toEqual([]);
  return ledger;
}

test("the first run adds everything, with what is attached, and publishes it to each redirector", async () => {
  const report = await promotion.run();
  expect(report.isComplete).toBe(true);
  expect(report.ledger).toMatchObject({ promotion: 1, newest: 1, complete: allComplete(1) });
  const { images, files, covered, complete, newest } = await readLedger();
  expect({ newest, covered, complete }).toEqual({ newest: 1, covered: ["app", "tools"], complete: allComplete(1) });
  expect(images.map(({ repository, tags, attachedTo }) => [repository, tags, attachedTo !== undefined])).toEqual(
    expect.arrayContaining([
      ["app/server", ["v1", "v1.0"], false],
      ["app/server", [expect.stringMatching(/^sha256-.*\.sig$/)], true],
      ["app/server", [], true],
      ["app/client", ["v1"], false],
    ]),
  );
  expect(images).toHaveLength(6);
  const own = images.filter(({ attachedTo }) => attachedTo === undefined);
  // An index of two images that share a layer.
  for (const { manifests, blobs } of own) expect([manifests.length, blobs.length]).toEqual([2, 5]);
  expect(files.map(({ path, promotion: number }) => [path, number])).toEqual([
    ["stable.txt", 1],
    ["v1/tool", 1],
    ["v1/tool.sha256", 1],
  ]);
  for (const table of [0, 1]) {
    const overlay = promotion.overlay(table);
    expect(overlay?.objects).toBe(report.ledger?.objects);
    for (const { repository, digest, blobs } of images) {
      for (const each of [digest, ...blobs]) {
        expect(overlay?.promotionOf(`${repository}@${each}`)).toEqual({ promotion: 1, isEverywhere: true });
      }
    }
    expect(overlay?.promotionOf("v1/tool")).toEqual({ promotion: 1, isEverywhere: true });
    expect(overlay?.coversImage("app/server")).toBe(true);
    expect(overlay?.coversFile("v1/tool")).toBe(true);
    expect(overlay?.completeUpTo("google/eu registry")).toBe(1);
  }
});

test("a run with nothing to do writes neither ledger nor overlay", async () => {
  await promotion.run();
  const before = promotion.tables.map(({ requests }) => requests.length);
  const report = await promotion.run();
  expect(report.ledger).not.toHaveProperty("promotion");
  for (const [index, { requests }] of promotion.tables.entries()) {
    expect(requests.slice(before[index]).map(({ method }) => method)).not.toContain("put");
  }
});

test("a new release gets the next number; what was there keeps its own", async () => {
  await promotion.run();
  promotion.small.stageFile("v2/tool", "2");
  promotion.small.stageImage("app/server", ["v2"], 300);
  await promotion.run({ selected: ["v2/tool", "app/server"] });
  const { images, files, newest, complete } = await readLedger();
  expect({ newest, complete }).toEqual({ newest: 2, complete: allComplete(2) });
  const numbers = (tag: string) => images.filter(({ tags }) => tags.includes(tag)).map((each) => each.promotion);
  expect([numbers("v1.0"), numbers("v2"), numbers("v1")]).toEqual([[1], [2], [1, 1]]);
  expect(files.find(({ path }) => path === "v2/tool")?.promotion).toBe(2);
});

test("a target that fails, or cannot be read, stays behind until a run has looked at all of it", async () => {
  promotion.small.require = { kind: "number", number: 0 };
  const late = promotion.small.places.get("google/eu registry");
  if (late) late.before = () => new TransientError("it does not answer");
  await promotion.run({ unread: ["azure/west files"] });
  expect((await readLedger()).complete).toEqual({
    "aws/us blobs": 1,
    "aws/us files": 1,
    "google/us files": 1,
    "google/us registry": 1,
  });
  if (late) late.before = () => undefined;
  promotion.small.stageFile("v2/tool", "2");
  // A plan of changes does not look at what these lack.
  const report = await promotion.run({ selected: ["v2/tool"] });
  expect(report.ledger?.complete).toEqual({ ...allComplete(2), "azure/west files": 0, "google/eu registry": 0 });
  await readLedger();
  await promotion.run();
  expect((await readLedger()).complete).toEqual(allComplete(2));
});

test("a target that has lost an object falls back before anything is copied", async () => {
  await promotion.run();
  promotion.small.stageFile("v2/tool", "2");
  await promotion.run();
  promotion.small.buckets.get("aws/us")?.objects.delete("v1/tool");
  const seen: (number | undefined)[] = [];
  const bucket = promotion.small.buckets.get("aws/us");
  if (bucket) {
    bucket.fault = ({ method }) => {
      if (method === "put") seen.push(promotion.overlay()?.completeUpTo("aws/us files"));
      return undefined;
    };
  }
  await promotion.run();
  expect(seen).toEqual([0]);
  expect((await readLedger()).complete).toEqual(allComplete(2));
});

test("what is brought is in the index before the origin has its tags, and after its bytes", async () => {
  const states: [boolean, boolean][] = [];
  promotion.tables[0].fault = ({ method, key }) => {
    if (method !== "put" || key !== ledgerKey) return undefined;
    const held = promotion.small.places.get(origin)?.manifests.get("mirrors/app/server");
    const [image] = promotion.small.images;
    states.push([held?.has(image?.digest ?? "") === true, held?.has("v1") === true]);
    return undefined;
  };
  await promotion.run();
  // Before anything else, between content and tags, and in the end.
  expect(states).toEqual([
    [false, false],
    [true, false],
    [true, true],
  ]);
});

test("a lost ledger is made again from the manifests and the origin", async () => {
  await promotion.run();
  const before = await readLedger();
  promotion.tables[0].objects.delete(ledgerKey);
  const requests: [number, number][] = [];
  const report = await promotion.run({ more: { onCatchUp: (done, of) => requests.push([done, of]) } });
  expect(await readLedger()).toEqual(before);
  expect(report.isComplete).toBe(true);
  expect(requests).toEqual([[2, 2]]);
});

test("a run of changes without a ledger catches up with all projects, and claims only what it has seen", async () => {
  await promotion.run();
  promotion.tables[0].objects.delete(ledgerKey);
  await promotion.run({ selected: ["v1/tool"] });
  const { images, files, covered, complete } = await readLedger();
  expect([images.length, files.length, covered, complete]).toEqual([6, 3, ["app", "tools"], {}]);
});

test("what the origin does not have is not in the ledger; a project that cannot be read is not covered", async () => {
  await promotion.run();
  promotion.tables[0].objects.delete(ledgerKey);
  const held = promotion.small.places.get(origin);
  held?.manifests.get("mirrors/app/client")?.clear();
  if (held) {
    held.before = ({ repository }) =>
      repository === "mirrors/app/server" ? new TransientError("it does not answer") : undefined;
  }
  const { files, images, covered } = await promotion.run({ selected: [] }).then(readLedger);
  expect([images.length, files.length, covered]).toEqual([0, 3, ["tools"]]);
});

test("a ledger that cannot be written does not stop a release; the next run makes it good", async () => {
  promotion.tables[0].fault = ({ method }) => (method === "put" ? "denied" : undefined);
  const report = await promotion.run();
  expect(report.artifacts.every(({ origin: state }) => state === "shown")).toBe(true);
  expect(report.isComplete).toBe(false);
  expect(report.findings).toMatchObject([
    {
      severity: "error",
      message: expect.stringContaining("what was promoted could not be written to the ledger: "),
      fix: "Deploy the redirector's stack again, so that the promoter may write there, and run it again.",
    },
  ]);
  expect(promotion.overlay(1)).toBeUndefined();
  promotion.tables[0].fault = () => undefined;
  await promotion.run();
  expect((await readLedger()).complete).toEqual(allComplete(1));
});

test("a redirector's bucket that cannot be written keeps what it has; the next run publishes there", async () => {
  promotion.tables[1].fault = ({ method }) => (method === "put" ? "throttled" : undefined);
  const report = await promotion.run();
  expect(report.findings).toMatchObject([
    { severity: "warning", message: expect.stringContaining("could not be published in s3://table") },
  ]);
  promotion.tables[1].fault = () => undefined;
  expect((await promotion.run()).isComplete).toBe(true);
  expect(promotion.overlay(1)?.completeUpTo(origin)).toBe(1);
});

test("a damaged overlay is replaced, and its time never goes back", async () => {
  await promotion.run();
  promotion.tables[0].hold(overlayName, "damaged");
  await promotion.run();
  const { issued } = promotion.overlay() ?? {};
  expect(issued).toBeDefined();
  const later = new LedgerPromotion(promotion.small);
  later.tables[0].hold(overlayName, promotion.tables[0].objects.get(overlayName)?.bytes ?? "");
  later.small.stageFile("v3/tool", "3");
  await later.run();
  expect((later.overlay()?.issued ?? "") > (issued ?? "")).toBe(true);
});

test("an overlay from the far future, which every redirector refuses, does not make the next ones future, too", async () => {
  const content = { issued: "2999-01-01T00:00:00.000Z", withdrawn: { images: [], objects: [], files: [] } };
  promotion.tables[0].hold(overlayName, Buffer.from(encodeOverlay(content)));
  await promotion.run();
  expect(Date.parse(promotion.overlay()?.issued ?? "")).toBeLessThan(Date.now() + 86_400_000);
});

test("an index that would lose most of what redirectors have is not published, and nothing is deleted", async () => {
  await promotion.run();
  const objects = Array.from({ length: 2_000 }, (_, at) => ({ key: `v1/${at}`, promotion: 1, isEverywhere: true }));
  const promoted = { covers: { images: [], files: [""] }, newest: 1, objects, complete: {} };
  const content = { issued: "2026-11-20T00:00:00.000Z", promoted, withdrawn: { images: [], objects: [], files: [] } };
  const bytes = Buffer.from(encodeOverlay(content));
  promotion.tables[0].hold(overlayName, bytes);
  promotion.small.stageFile("v3/tool", "3");
  const report = await promotion.run();
  expect(report.findings).toMatchObject([{ message: expect.stringContaining("a third or more of its index is gone") }]);
  expect(promotion.tables[0].objects.get(overlayName)?.bytes).toEqual(bytes);
});

test.each([
  ["in time", 14, true],
  ["slow", 16, false],
  ["fast", -16, false],
])("a machine whose clock is %s", async (_, minutes, isFine) => {
  await promotion.run();
  const [table] = promotion.tables;
  const now = new Date();
  const answered = new Date(now.getTime() + minutes * 60_000).toISOString();
  const open = table.open.bind(table);
  table.open = async (...of) => ({ ...(await open(...of)), answered });
  const opening = RunLedger.open({ tables: [table], projects: [], now: () => now });
  if (isFine) expect((await opening).current.newest).toBe(1);
  else await expect(opening).rejects.toThrow("set the clock, and run it again");
});

test("a project is not complete in the ledger while the origin cannot be opened", async () => {
  const { targets } = promotion.small;
  const isOpen = ({ mirror, kind }: (typeof targets)[number]) => `${mirror} ${kind}` !== origin;
  await promotion.run({ more: { targets: targets.filter(isOpen) } });
  expect((await promotion.ledger())?.covered ?? []).toEqual(["tools"]);
  await promotion.run();
  expect((await readLedger()).covered).toEqual(["app", "tools"]);
});

test("if another provider comes first in the inventory, the ledger moves to its bucket", async () => {
  await promotion.run();
  promotion.small.stageFile("v2/tool", "2");
  const [first, second] = promotion.tables;
  second.hold(ledgerKey, first.objects.get(ledgerKey)?.bytes ?? "");
  first.objects.delete(ledgerKey);
  await promotion.run({ selected: ["v2/tool"] });
  expect(await readLedger()).toMatchObject({ newest: 2, complete: {} });
  await promotion.run();
  expect((await readLedger()).complete).toEqual(allComplete(2));
});

test("a broken ledger stops the run before it does anything", async () => {
  promotion.tables[0].hold(ledgerKey, "broken");
  await expect(promotion.run()).rejects.toMatchObject({ fault: "corrupt" });
  expect(promotion.small.places.get(origin)?.calls).toEqual([]);
});

describe("a file that is withdrawn", () => {
  const path = "v1/tool";
  const entry = { kind: "file", project: "tools", path, reason: "broken", date: "2026-11-26" } as const;
  const place = { file: "withdrawn.yaml", line: 1, column: 1 };

  /** @param isWithdrawn otherwise it is promised */
  function withdraw(isWithdrawn: boolean, deleteAfter: number): Partial<RunContext> {
    const { images, files } = promisedOf(promotion.small);
    const mentions: Mentions = {
      images: new Set(images.map(({ repository, digest }) => `${repository}@${digest}`)),
      tags: new Set(images.flatMap(({ repository, tags }) => tags.map((tag) => `${repository}:${tag}`))),
      files: new Set(files.map((file) => file.path).filter((each) => each !== path || !isWithdrawn)),
      projects: new Set(["app", "tools"]),
      prefixes: new Map(),
      unclear: new Set(),
      isComplete: true,
    };
    const withdrawn = isWithdrawn ? [{ ...entry, destinations: "all", place } as const] : [];
    return { withdrawal: { manifests: { withdrawn, mentions }, deleteAfter } };
  }

  const others = ["app/server", "app/client", "v1/tool.sha256", "stable.txt"];

  test("is hidden before anything else, and has a new number when it is promised again", async () => {
    await promotion.run();
    const seen: (string | undefined)[] = [];
    for (const registry of promotion.small.places.values()) {
      registry.before = () => {
        seen.push(promotion.overlay()?.withdrawalOfFile(path));
        return undefined;
      };
    }
    promotion.small.stageImage("app/server", ["v2"], 300);
    await promotion.run({ selected: others, more: withdraw(true, 7) });
    expect(new Set(seen)).toEqual(new Set(["broken"]));
    expect(promotion.overlay(1)?.promotionOf(path)).toBeUndefined();
    expect((await readLedger()).newest).toBe(2);
    await promotion.run({ more: withdraw(false, 7) });
    expect(promotion.overlay(1)?.withdrawalOfFile(path)).toBeUndefined();
    expect(promotion.overlay(1)?.promotionOf(path)).toEqual({ promotion: 3, isEverywhere: true });
    expect((await readLedger()).complete).toEqual(allComplete(3));
  });

  test("leaves the index of a donor at once, also while manifests have errors", async () => {
    promotion.small.addBucket("files", "campus/lab", { filling: "donor" });
    const listed = () => {
      const { bytes = "" } = promotion.small.buckets.get("google/us")?.objects.get(donorIndexKey("campus/lab")) ?? {};
      return [...`${bytes}`.matchAll(/"from":"\/([^"]+)"/g)].map(([, from]) => from);
    };
    await promotion.run();
    expect(listed()).toEqual(["stable.txt", path, "v1/tool.sha256"]);
    const promised = { selected: promisedOf(promotion.small, others) };
    await promotion.run({ selected: others, more: { ...withdraw(true, 7), promised } });
    expect(listed()).toEqual(["stable.txt", "v1/tool.sha256"]);
  });

  test.each([true, false])("is hidden again when the ledger was lost; the origin answers: %s", async (answers) => {
    await promotion.run();
    await promotion.run({ selected: others, more: withdraw(true, 7) });
    promotion.tables[0].objects.delete(ledgerKey);
    promotion.tables[1].objects.delete(ledgerKey);
    const all = { selected: promisedOf(promotion.small, others), all: promisedOf(promotion.small, others) };
    const bucket = promotion.small.buckets.get("google/us");
    const head = bucket?.head.bind(bucket);
    const fault = new StoreError("no", "denied");
    if (bucket && head && !answers)
      bucket.head = async (key, signal) => (key === path ? Promise.reject(fault) : head(key, signal));
    await promotion.run({ selected: others, more: { ...withdraw(true, 7), promised: all } });
    if (bucket && head) bucket.head = head;
    expect(promotion.overlay()?.withdrawalOfFile(path)).toBe(answers ? "broken" : undefined);
    expect((await readLedger()).covered).toEqual(answers ? ["app", "tools"] : ["app"]);
    await promotion.run({ selected: others, more: { ...withdraw(true, 7), promised: all } });
    expect(promotion.overlay()?.withdrawalOfFile(path)).toBe("broken");
  });

  test("is known to a new ledger even if the policy refuses it, so that it is hidden once it is allowed", async () => {
    await promotion.run();
    for (const table of promotion.tables) table.objects.delete(ledgerKey);
    const promised = { selected: promisedOf(promotion.small, others), all: promisedOf(promotion.small, others) };
    const { withdrawal } = withdraw(true, 7);
    if (!withdrawal) throw new Error("nothing is withdrawn");
    const { manifests } = withdrawal;
    const refused = { ...withdrawal, manifests: { ...manifests, withdrawn: [] }, all: manifests.withdrawn };
    await promotion.run({ selected: others, more: { withdrawal: refused, promised } });
    expect(promotion.overlay()?.withdrawalOfFile(path)).toBeUndefined();
    await promotion.run({ selected: others, more: { withdrawal, promised } });
    expect(promotion.overlay()?.withdrawalOfFile(path)).toBe("broken");
  });

  test("is not deleted while a redirector may not know that it is hidden", async () => {
    for (const [index, target] of promotion.small.targets.entries()) {
      promotion.small.targets[index] = { ...target, mayRemove: true };
    }
    await promotion.run();
    await promotion.run({ selected: others, more: withdraw(true, 0) });
    promotion.small.stageFile("v2/tool", "2");
    promotion.tables[1].fault = ({ method }) => (method === "put" ? "throttled" : undefined);
    const removals = [
      {
        state: "delete",
        kind: "file",
        project: "tools",
        name: path,
        reason: "broken",
        tags: [],
        hidden: "",
        after: "",
        left: [],
      },
    ] as const;
    const digest = `sha256:${(await readLedger()).files.find((file) => file.path === path)?.sha256}`;
    const from = promotion.small.targets.filter(({ kind }) => kind === "files").map(({ mirror }) => `${mirror} files`);
    const options = {
      selected: [...others, "v2/tool"],
      plan: { removals: removals.map((each) => ({ ...each, digest, from })) },
      more: withdraw(true, 0),
    };
    await promotion.run(options);
    const holders = () => [...promotion.small.buckets.values()].filter(({ objects }) => objects.has(path)).length;
    expect(holders()).toBe(3);
    promotion.tables[1].fault = () => undefined;
    await promotion.run(options);
    expect(holders()).toBe(0);
  });
});

test("an image that is withdrawn when the ledger was lost is hidden with its tags and signatures; a withdrawn tag, too", async () => {
  await promotion.run();
  for (const table of promotion.tables) table.objects.delete(ledgerKey);
  const { images, files } = promisedOf(promotion.small);
  const [server, client] = ["app/server", "app/client"].map((name) => images.find((each) => each.repository === name));
  const place = { file: "withdrawn.yaml", line: 1, column: 1 };
  const base = {
    kind: "image",
    project: "app",
    reason: "broken",
    date: "2026-11-26",
    destinations: "all",
    place,
  } as const;
  const withdrawn = [
    { ...base, repository: "app/server", digest: server?.digest ?? "", tags: [] },
    { ...base, repository: "app/client", tags: ["v1"] },
  ];
  const mentions: Mentions = {
    images: new Set([`app/client@${client?.digest}`]),
    tags: new Set(),
    files: new Set(files.map(({ path }) => path)),
    projects: new Set(["app", "tools"]),
    prefixes: new Map(),
    unclear: new Set(),
    isComplete: true,
  };
  const all = {
    ...promisedOf(promotion.small),
    images: images.flatMap((each) => (each === client ? [{ ...each, tags: [] }] : [])),
  };
  const selected = ["app/client", ...files.map(({ path }) => path)];
  const more = { withdrawal: { manifests: { withdrawn, mentions }, deleteAfter: 7 }, promised: { selected: all, all } };
  await promotion.run({ selected, more });
  const overlay = promotion.overlay();
  expect(overlay?.withdrawalOfObject(`app/server@${server?.digest}`)).toBe("broken");
  for (const tag of ["v1", "v1.0"]) expect(overlay?.withdrawalOfTag("app/server", tag)).toBe("broken");
  expect(overlay?.withdrawalOfTag("app/client", "v1")).toBe("broken");
  expect(overlay?.withdrawalOfObject(`app/client@${client?.digest}`)).toBeUndefined();
  const { images: found } = await readLedger();
  expect(found.filter(({ repository, withdrawn: hidden }) => repository === "app/server" && !hidden)).toEqual([]);
});

/** What goes wrong in a run. */
interface Trouble {
  /** Calls of a registry after which it does not answer. */
  readonly fails: readonly (number | undefined)[];
  /** Calls of all registries after which the run is stopped. */
  readonly stop: number | undefined;
  readonly unread: readonly string[];
  readonly isPartial: boolean;
  /** Whether releases wait for all mirrors. */
  readonly isStrict: boolean;
}

const sometimes = fc.option(fc.integer({ min: 0, max: 120 }), { nil: undefined, freq: 2 });
const trouble: fc.Arbitrary<Trouble> = fc.record({
  fails: fc.tuple(sometimes, sometimes),
  stop: sometimes,
  unread: fc.subarray(
    targets.filter((target) => !target.startsWith("google/us")),
    { maxLength: 2 },
  ),
  isPartial: fc.boolean(),
  isStrict: fc.boolean(),
});

async function runWith({ fails, stop, unread, isPartial, isStrict }: Trouble, release: number): Promise<void> {
  promotion.small.require = isStrict ? { kind: "all" } : { kind: "number", number: 0 };
  const stopped = new AbortController();
  let all = 0;
  for (const [index, registry] of [...promotion.small.places.values()].entries()) {
    let calls = 0;
    registry.before = () => {
      if (stop !== undefined && all++ >= stop) stopped.abort(new Error("stopped"));
      stopped.signal.throwIfAborted();
      return calls++ >= (fails[index] ?? Number.POSITIVE_INFINITY)
        ? new TransientError("it does not answer")
        : undefined;
    };
  }
  const selected = [`v${release}/tool`, "app/server"];
  const options = { unread, signal: stopped.signal, ...(isPartial && { selected }) };
  await promotion.run(options).catch((error) => expect(error).toMatchObject({ message: "stopped" }));
  for (const registry of promotion.small.places.values()) registry.before = () => undefined;
}

test("whatever fails, and wherever runs are stopped: no claim is false, and a good run makes all targets complete", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(trouble, { minLength: 1, maxLength: 4 }), async (troubles) => {
      promotion = new LedgerPromotion();
      for (const [index, each] of troubles.entries()) {
        promotion.small.stageFile(`v${index + 2}/tool`, createBytes(100, index));
        promotion.small.stageImage("app/server", [`v${index + 2}`], 1_000 * (index + 1), 200);
        await runWith(each, index + 2);
        const ledger = await promotion.ledger();
        if (ledger) expect(findFalseClaims(promotion, ledger)).toEqual([]);
      }
      expect((await promotion.run()).isComplete).toBe(true);
      const { newest, complete, images, files } = await readLedger();
      expect(complete).toEqual(allComplete(newest));
      expect([images.length, files.length]).toEqual([6 + 3 * troubles.length, 3 + troubles.length]);
    }),
    runs(6),
  );
});
