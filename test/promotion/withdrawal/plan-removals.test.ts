import fc from "fast-check";
import type { Ledger, LedgerImage } from "../../../promotion/ledger/ledger";
import type { Mentions } from "../../../promotion/manifests/mentions";
import type { Withdrawn } from "../../../promotion/promoted";
import { markRemoved } from "../../../promotion/withdrawal/mark-removed";
import { planRemovals } from "../../../promotion/withdrawal/plan-removals";
import type { Removal } from "../../../promotion/withdrawal/removal";
import { runs } from "../../property-runs";
import {
  digestOf,
  file,
  image,
  lately,
  ledger,
  longAgo,
  mentions,
  now,
  options,
  type ShortImage,
  withdrawn,
} from "./small-ledger";

const short = (digest: string) => digest.replace(/^sha256:0*/, "");
const left = [{ target: "old/one registry", reason: "withdrawal is not on for old/one" }];
const everywhere = ["google/us registry", "aws/eu blobs", "aws/eu registry"];

describe("removals", () => {
  test("hide what is new in withdrawn.yaml, whatever its date says, and delete nothing of it", () => {
    const before = ledger([image({ digest: "1", tags: ["v1"] }), image({ digest: "2" })], [file("v1/tool")]);
    const { removals, ledger: after } = planRemovals(options(before, ["app/a@1", "/v1/tool"], ["app/a@2"]));
    expect(removals).toMatchObject([
      {
        state: "hide",
        kind: "image",
        name: "app/a",
        tags: ["v1"],
        after: "2026-12-08T12:00:00.000Z",
        from: everywhere,
        left,
      },
      {
        state: "hide",
        kind: "file",
        name: "v1/tool",
        from: ["google/us files"],
        left: [{ target: "campus/lab files" }],
      },
    ]);
    expect(removals[0]).not.toHaveProperty("blobs");
    expect(after.images[0]?.withdrawn).toEqual({ hidden: now, reason: "broken", removedFrom: [] });
    expect([after.images[1], after.files[0]?.withdrawn?.hidden]).toEqual([before.images[1], now]);
  });

  test("are the same after hiding, however often it is planned", () => {
    const before = ledger([image({ digest: "1", tags: ["v1"] })]);
    const { ledger: after } = planRemovals(options(before, ["app/a@1"]));
    const again = planRemovals(options(after, ["app/a@1"], [], { now: lately }));
    expect(again.ledger).toBe(after);
    expect(again.removals).toMatchObject([{ state: "waiting", after: "2026-12-08T12:00:00.000Z" }]);
  });

  test.each<[string, ShortImage, readonly string[], readonly string[], string]>([
    ["wait until the time since the first run is over", { digest: "1", hidden: lately }, ["app/a@1"], [], "waiting"],
    ["delete then", { digest: "1", hidden: longAgo }, ["app/a@1"], [], "delete"],
    [
      "never delete what has lost its entry without being promised again",
      { digest: "1", hidden: longAgo },
      [],
      [],
      "waiting",
    ],
    ["show again what is promised again", { digest: "1", hidden: lately }, [], ["app/a@1"], "restore"],
    [
      "continue to delete what has begun",
      { digest: "1", hidden: lately, removedFrom: ["x/y files"] },
      ["app/a@1"],
      [],
      "delete",
    ],
  ])("%s", (_case, of, entries, promised, state) => {
    expect(planRemovals(options(ledger([image(of)]), entries, promised)).removals).toMatchObject([{ state }]);
  });

  test("never delete while a manifest cannot be read", () => {
    const manifests = { withdrawn: withdrawn("app/a@1"), mentions: mentions([], { isComplete: false }) };
    const of = options(ledger([image({ digest: "1", hidden: longAgo })]), []);
    expect(planRemovals({ ...of, manifests }).removals).toMatchObject([{ state: "waiting" }]);
  });

  test("never delete what belongs to a project with errors", () => {
    const manifests = { withdrawn: withdrawn("app/a@1"), mentions: mentions([], { unclear: new Set(["app"]) }) };
    const of = options(ledger([image({ digest: "1", hidden: longAgo })]), []);
    expect(planRemovals({ ...of, manifests }).removals).toMatchObject([{ state: "waiting" }]);
  });

  test.each<[string, Partial<Mentions>, Partial<Ledger>, string]>([
    ["a manifest cannot be read", { isComplete: false }, {}, "a manifest cannot be read"],
    [
      "manifests have errors, and the ledger does not have all of the project",
      { unclear: new Set(["tools"]), projects: new Set(["app", "tools"]) },
      { covered: ["app"] },
      "the manifests of tools have errors",
    ],
    [
      "manifests have errors, and the ledger has all of the project",
      { unclear: new Set(["tools"]), projects: new Set(["app", "tools"]) },
      { covered: ["app", "tools"] },
      "",
    ],
    [
      "no manifest of a project was given: its images",
      {},
      { images: [image({ digest: "1", hidden: longAgo }), image({ digest: "2", project: "tools" })] },
      "tools has no manifest any more",
    ],
    [
      "no manifest of a project was given: its files",
      {},
      { files: [{ ...file("x"), project: "tools" }] },
      "tools has no manifest any more",
    ],
    [
      "another project has what one without manifests had",
      { images: new Set([`app/a@${digestOf("2")}`]) },
      { images: [image({ digest: "1", hidden: longAgo }), image({ digest: "2", project: "tools" })] },
      "",
    ],
  ])("delete nothing while it is not known what is promised: %s", (_, named, changed, reason) => {
    const of = { ...ledger([image({ digest: "1", hidden: longAgo })]), ...changed };
    const manifests = { withdrawn: withdrawn("app/a@1"), mentions: mentions([], named) };
    const { removals, findings } = planRemovals({ ...options(of, []), manifests });
    expect(removals.map(({ state }) => state)).toEqual([reason === "" ? "delete" : "waiting"]);
    const doubts = findings.filter(({ message }) => message.startsWith("nothing is deleted"));
    expect(doubts).toMatchObject(
      reason === "" ? [] : [{ kind: "undeletable", severity: "warning", message: expect.stringContaining(reason) }],
    );
  });

  test("of tags leave the digest", () => {
    const before = ledger([image({ digest: "1", tags: ["v1", "v2", "v3"], hiddenTags: { v1: longAgo, v2: longAgo } })]);
    const of = options(before, ["app/a:v1", "app/a:v2", "app/a:v3"], ["app/a@1"]);
    expect(planRemovals(of).removals).toMatchObject([
      { state: "delete", kind: "tags", tags: ["v1", "v2"], from: ["google/us registry", "aws/eu registry"] },
      { state: "hide", kind: "tags", tags: ["v3"] },
    ]);
  });

  test("leave a tag that is promised for another digest", () => {
    const of = options(
      ledger([image({ digest: "1", tags: ["v1", "v2"], hidden: longAgo })]),
      ["app/a@1"],
      ["app/a:v2"],
    );
    expect(planRemovals(of).removals).toMatchObject([{ kind: "image", tags: ["v1"] }]);
  });

  test("of what another project still promotes at its own paths are not planned", () => {
    const of = options(ledger([image({ digest: "1", project: "other" })]), ["app/a@1"], [], {});
    const manifests = {
      withdrawn: withdrawn("app/a@1"),
      mentions: mentions([], { projects: new Set(["app", "other"]) }),
    };
    expect(planRemovals({ ...of, manifests }).removals).toEqual([]);
    const [foreign] = manifests.withdrawn;
    const own = { ...foreign, project: "other" } as Withdrawn;
    for (const both of [
      [foreign as Withdrawn, own],
      [own, foreign as Withdrawn],
    ])
      expect(planRemovals({ ...of, manifests: { ...manifests, withdrawn: both } }).removals).toMatchObject([
        { state: "hide", project: "other" },
      ]);
    const hidden = ledger([image({ digest: "1", project: "other", hidden: longAgo })]);
    expect(planRemovals({ ...of, ledger: hidden, manifests }).removals).toMatchObject([{ state: "waiting" }]);
    expect(planRemovals(of).removals).toMatchObject([{ state: "hide", project: "other" }]);
  });

  test("forget what was perhaps deleted in part when it is promised again, with what is attached to it", () => {
    const before = ledger(
      [
        image({ digest: "1", hidden: longAgo }),
        image({ digest: "2", attachedTo: "1", hidden: longAgo }),
        image({ digest: "3" }),
      ],
      [file("x", longAgo)],
    );
    const { ledger: after } = planRemovals(options(before, [], ["app/a@1", "app/a@3", "/x"]));
    expect([after.images.map(({ digest }) => short(digest)), after.files]).toEqual([["3"], []]);
  });

  test("say what the fix is where something cannot be deleted", () => {
    const of = options(ledger([image({ digest: "1", hidden: longAgo })], [file("x", longAgo)]), ["app/a@1", "/x"]);
    expect(planRemovals(of).findings.map(({ kind, severity, message }) => `${severity} ${kind}: ${message}`)).toEqual([
      "warning undeletable: old/one registry may keep 1 withdrawn artifact: withdrawal is not on for old/one",
      "warning undeletable: campus/lab files may keep 1 withdrawn artifact: its donor has to delete it from campus/lab",
    ]);
  });
});

describe("reference counts", () => {
  test("keep what other artifacts need: manifests by repository, blobs in all repositories", () => {
    const before = ledger([
      image({ digest: "1", children: ["c1", "c2"], blobs: ["b1", "b2", "b3"], hidden: longAgo }),
      image({ digest: "2", children: ["c2", "c3"], blobs: ["b2"] }),
      image({ repository: "app/b", digest: "3", children: ["c1"], blobs: ["b3", "b4"] }),
    ]);
    const [removal] = planRemovals(options(before, ["app/a@1"], ["app/a@2", "app/b@3"])).removals;
    expect(removal?.manifests?.map(short)).toEqual(["1", "c1"]);
    expect(removal?.blobs?.map(short)).toEqual(["b1"]);
    expect(removal?.needed).toEqual({
      manifests: 1,
      blobs: 2,
      by: [`app/a@${digestOf("2")}`, `app/b@${digestOf("3")}`],
    });
  });

  test("keep a digest that is a child of a promised index, and remove its tags", () => {
    const before = ledger([
      image({ digest: "c1", tags: ["amd64"], hidden: longAgo }),
      image({ digest: "2", children: ["c1"], blobs: ["cc1"] }),
    ]);
    const [removal] = planRemovals(options(before, ["app/a@c1"], ["app/a@2"])).removals;
    expect(removal).toMatchObject({ tags: ["amd64"], manifests: [], blobs: [], needed: { manifests: 1, blobs: 1 } });
  });

  test("keep what waits, because its withdrawal may be reverted", () => {
    const before = ledger([
      image({ digest: "1", children: ["c1"], blobs: ["b1"], hidden: longAgo }),
      image({ digest: "2", children: ["c1"], blobs: ["b1"], hidden: lately }),
    ]);
    const { removals } = planRemovals(options(before, ["app/a@1", "app/a@2"]));
    expect(removals.map(({ state, manifests = [], blobs = [] }) => [state, manifests.map(short), blobs])).toEqual([
      ["delete", ["1"], []],
      ["waiting", [], []],
    ]);
  });

  test("take signatures along, unless they belong to another image, too", () => {
    const before = ledger([
      image({ digest: "1", children: ["c1", "c2"], blobs: ["b1"], hidden: longAgo }),
      image({ digest: "2", children: ["c2"], blobs: ["b2"] }),
      image({ digest: "51", attachedTo: "1", blobs: ["b51"], hidden: longAgo }),
      image({ digest: "52", attachedTo: "c2", blobs: ["b52"] }),
      image({ digest: "53", attachedTo: "51", blobs: ["b53"], hidden: longAgo }),
    ]);
    const { removals, ledger: after } = planRemovals(options(before, ["app/a@1"], ["app/a@2"]));
    expect(after.images.map(({ withdrawn: withdrawal }) => withdrawal !== undefined)).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(removals[0]?.manifests?.map(short)).toEqual(["51", "53", "1", "c1"]);
    expect(removals[0]?.blobs?.map(short)).toEqual(["b1", "b51", "b53"]);
  });

  const signatureTag = (end: string) => `${digestOf(end).replace(":", "-")}.sig`;
  const shared = (hidden: Readonly<Record<string, string>>) =>
    ledger([
      image({ digest: "1", ...(hidden["1"] && { hidden: hidden["1"] }) }),
      image({ digest: "2", ...(hidden["2"] && { hidden: hidden["2"] }) }),
      // An index with a child, and what signs the index.
      image({ digest: "5", attachedTo: "1", tags: [signatureTag("1"), signatureTag("2")], children: ["6"] }),
      image({ digest: "6", attachedTo: "1" }),
      image({ digest: "7", attachedTo: "5" }),
    ]);

  test.each([
    ["1", "2"],
    ["2", "1"],
  ])("keep what the tags of two images lead to until both are withdrawn: first %s, then %s", (first, last) => {
    const one = planRemovals(options(shared({ [first]: longAgo }), [`app/a@${first}`], [`app/a@${last}`]));
    expect(one.removals.flatMap(({ manifests = [] }) => manifests.map(short))).toEqual([first]);
    expect(one.ledger.images.filter((each) => each.withdrawn).map((each) => short(each.digest))).toEqual([first]);
    const [removal] = one.removals as [Removal];
    const left = markRemoved(
      one.ledger,
      removal.from.map((target) => ({ removal: { ...removal, left: [] }, target })),
    );
    expect(left.images.map((each) => short(each.digest))).toEqual([last, "5", "6", "7"]);
    const [lastImage, ...others] = left.images as [LedgerImage, ...LedgerImage[]];
    const due = { hidden: longAgo, reason: "broken", removedFrom: [] };
    const hidden = { ...left, images: [{ ...lastImage, withdrawn: due }, ...others] };
    const two = planRemovals(options(hidden, [`app/a@${last}`]));
    expect(two.removals[0]?.manifests?.map(short)).toEqual(["5", "6", "7", last]);
  });

  test("delete nothing that an artifact may need whose parts nobody knows", () => {
    const before = ledger([image({ digest: "1", blobs: ["b1"], hidden: longAgo })]);
    const [removal] = planRemovals(options(before, ["app/a@1"], ["app/b@9"])).removals;
    expect(removal?.from).toEqual(["google/us registry", "aws/eu registry"]);
    expect(removal?.left).toContainEqual({
      target: "aws/eu blobs",
      reason: `app/b@${digestOf("9")} may need parts of it, and was not promoted yet`,
    });
    const [same] = planRemovals(options(before, ["app/a@1"], ["app/a@9"])).removals;
    expect(same?.from).toEqual([]);
  });

  const ends = fc.integer({ min: 1, max: 6 }).map((number) => `${number}`);
  const someImages = fc.uniqueArray(
    fc.record({
      repository: fc.constantFrom("app/a", "app/b"),
      digest: ends,
      children: fc.uniqueArray(ends, { maxLength: 3 }),
      blobs: fc.uniqueArray(
        ends.map((end) => `b${end}`),
        { minLength: 1, maxLength: 3 },
      ),
      attachedTo: fc.option(ends, { nil: undefined, freq: 3 }),
      state: fc.constantFrom("promised", "promised", "due", "waiting", "unpromoted"),
    }),
    { selector: ({ repository, digest }) => `${repository}@${digest}`, maxLength: 10 },
  );

  test("never delete anything that an artifact needs which stays", () => {
    fc.assert(
      fc.property(someImages, (images) => {
        const known = images.filter(({ state }) => state !== "unpromoted");
        const before = ledger(
          known.map(({ state, ...rest }) =>
            image({
              ...rest,
              children: rest.attachedTo === undefined ? rest.children : [],
              ...(rest.attachedTo === undefined && state === "due" && { hidden: longAgo }),
              ...(rest.attachedTo === undefined && state === "waiting" && { hidden: lately }),
            } as ShortImage),
          ),
        );
        const names = (isWanted: (state: string) => boolean) =>
          images
            .filter(({ state, attachedTo }) => isWanted(state) && attachedTo === undefined)
            .map(({ repository, digest }) => `${repository}@${digest}`);
        const promised = names((state) => state === "promised" || state === "unpromoted");
        const of = options(
          before,
          names((state) => state === "due" || state === "waiting"),
          promised,
        );
        const { removals, ledger: after } = planRemovals(of);
        const deleted = removals.filter(({ state }) => state === "delete");
        const isDeleted = (repository: string, digest: string) =>
          deleted.some(({ name, manifests = [] }) => name === repository && manifests.includes(digest));
        for (const { repository, digest, manifests, blobs, attachedTo } of after.images) {
          const isGoing =
            attachedTo === undefined
              ? deleted.some((removal) => removal.name === repository && removal.digest === digest)
              : isDeleted(repository, digest);
          if (isGoing) continue;
          for (const each of [digest, ...manifests]) expect(isDeleted(repository, each)).toBe(false);
          for (const each of blobs) expect(deleted.some((removal) => removal.blobs?.includes(each))).toBe(false);
        }
        const unknown = images.filter(({ state, attachedTo }) => state === "unpromoted" && attachedTo === undefined);
        for (const { repository } of unknown) {
          const concerned = deleted.filter(({ name }) => name === repository).flatMap(({ from }) => from);
          expect(concerned.filter((target) => target.endsWith("registry"))).toEqual([]);
        }
        if (unknown.length > 0) {
          expect(deleted.flatMap(({ from }) => from).filter((target) => target.endsWith("blobs"))).toEqual([]);
        }
      }),
      runs(300),
    );
  });
});

describe("the limit", () => {
  const many = (count: number, hidden?: string) =>
    Array.from({ length: count }, (_, index) => image({ digest: `${index + 1}`, ...(hidden && { hidden }) }));
  const entries = (count: number) => Array.from({ length: count }, (_, index) => `app/a@${index + 1}`);

  test("is 20 artifacts, or 1 % where that is more", () => {
    const run = (of: number, count: number) =>
      planRemovals(options(ledger(many(of)), entries(count), entries(of).slice(count))).findings.map(
        ({ kind }) => kind,
      );
    expect(run(30, 20)).toEqual([]);
    expect(run(30, 21)).toEqual(["too-many"]);
    expect(run(2_500, 25)).toEqual([]);
    expect(run(2_500, 26)).toEqual(["too-many"]);
  });

  test("keeps everything as it is, until exactly this is approved; what is shown again is not held", () => {
    const before = ledger([...many(21), image({ digest: "99", hidden: lately })]);
    const of = options(before, entries(21), ["app/a@99"]);
    const { removals, findings, ledger: after } = planRemovals(of);
    expect(removals).toMatchObject([{ state: "restore" }]);
    expect(after.images.filter(({ withdrawn: withdrawal }) => withdrawal)).toEqual([]);
    expect(findings[0]?.message).toBe(
      "withdrawals would hide 21 artifacts, and a run may hide and delete 20 each: nothing is withdrawn",
    );
    const more = /--more ([0-9a-f]{12}),/.exec(findings[0]?.fix ?? "")?.[1];
    expect(planRemovals({ ...of, more }).removals).toHaveLength(22);
    const other = options(before, entries(21).slice(1).concat("app/a@99"), [], { more });
    const refused = planRemovals({ ...other, ledger: ledger(many(21).concat(image({ digest: "99" }))) });
    expect(refused.findings).toMatchObject([{ kind: "too-many" }]);
    expect(refused.findings[0]?.message).toMatch(
      /: nothing is withdrawn; --more \w+ is an approval of something else$/,
    );
  });

  test("counts what is deleted, too", () => {
    const { removals, findings } = planRemovals(options(ledger(many(21, longAgo)), entries(21)));
    expect(findings.map(({ kind }) => kind)).toEqual(["too-many"]);
    expect(removals).toEqual([]);
  });
});
