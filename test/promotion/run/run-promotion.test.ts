import fc from "fast-check";
import type { Requirement } from "../../../inventory/inventory";
import type { ImagePlan, Plan, PlannedScope } from "../../../promotion/plan/plan";
import { formatReportMarkdown } from "../../../promotion/run/format-report-markdown";
import type { UnplacedStore } from "../../../promotion/targets/store-place";
import type { Filling } from "../../../promotion/targets/target";
import { StoreError, TransientError } from "../../../stores/store-error";
import { runs } from "../../property-runs";
import type { MemoryBucket } from "../../stores/memory-bucket";
import type { MemoryPlace } from "./memory-place";
import { createSmallPromotion, SmallPromotion } from "./small-promotion";
import { findHalfVisible, stateOf, watchPromotion } from "./watch-promotion";

const origin = "google/us registry";

function placeOf(promotion: SmallPromotion, name: string): MemoryPlace {
  const place = promotion.places.get(name);
  if (!place) throw new Error(`no ${name}`);
  return place;
}

/** A registry that cannot be opened. */
function createUnplaced(change: Partial<UnplacedStore> = {}): UnplacedStore {
  return {
    mirror: "aws/eu",
    kind: "registry",
    filling: "run",
    message: "it has no alias",
    fix: "Deploy it.",
    ...change,
  };
}

function bucketOf(promotion: SmallPromotion, name: string): MemoryBucket {
  const bucket = promotion.buckets.get(name);
  if (!bucket) throw new Error(`no ${name}`);
  return bucket;
}

describe("a run", () => {
  test("brings everything to every target, verified, with one read of each distinct blob and file", async () => {
    const promotion = createSmallPromotion();
    const report = await promotion.run();
    expect(report.artifacts.flatMap(({ targets }) => targets.filter(({ state }) => state !== "written"))).toEqual([]);
    expect(report.isComplete).toBe(true);
    expect(report.source.read).toBe(report.source.distinct);
    for (const [name, place] of promotion.places) {
      const held = place.manifests.get("mirrors/app/server");
      expect([name, held?.get("v1.0")?.digest]).toEqual([name, promotion.images[0]?.digest]);
      expect([...(held?.keys() ?? [])].some((tag) => tag.endsWith(".sig"))).toBe(true);
    }
    expect(promotion.plan()).toMatchObject({ images: [], files: [] });
  });

  test("sets tags after everything else, those of the origin last; announces a release after its files", async () => {
    const promotion = createSmallPromotion();
    const { writes, broken } = watchPromotion(promotion);
    await promotion.run();
    expect(broken).toEqual([]);
    const isTag = ({ kind, name }: { kind: string; name: string }) => kind === "tag" && !name.endsWith(".sig");
    const content = writes.findLastIndex(
      ({ kind, target }) => kind === "manifest" || (kind === "blob" && target !== ""),
    );
    const mirrorTags = writes.flatMap((write, at) => (isTag(write) && write.target !== origin ? [at] : []));
    const originTags = writes.flatMap((write, at) => (isTag(write) && write.target === origin ? [at] : []));
    expect([mirrorTags.length, originTags.length]).toEqual([3, 3]);
    expect(Math.min(...mirrorTags)).toBeGreaterThan(content);
    expect(Math.min(...originTags)).toBeGreaterThan(Math.max(...mirrorTags));
    const stable = writes.findIndex(({ name }) => name === "stable.txt");
    expect(stable).toBeGreaterThan(Math.max(...writes.map(({ name }, at) => (name.startsWith("v1/") ? at : 0))));
    expect(stable).toBeGreaterThan(Math.max(...originTags));
    const objects = writes.filter(({ kind, name }) => kind === "object" && !name.startsWith("containers/"));
    for (const name of ["v1/tool", "v1/tool.sha256", "stable.txt"]) {
      expect(objects.filter((write) => write.name === name).at(-1)?.target).toBe("google/us");
    }
  });

  test("mounts what a registry has in another repository", async () => {
    const promotion = createSmallPromotion();
    await promotion.run();
    const eu = placeOf(promotion, "google/eu registry");
    const uploads = eu.asked("upload").map((line) => line.split(" ").at(-1));
    expect(new Set(uploads).size).toBe(uploads.length);
    expect(eu.asked("mount").length).toBeGreaterThan(0);
  });

  test("a registry without mounts that keeps the blobs of all repositories together gets each of them once", async () => {
    const promotion = createSmallPromotion();
    const eu = placeOf(promotion, "google/eu registry");
    eu.mounts = false;
    eu.sharesBlobs = true;
    const report = await promotion.run();
    const uploads = eu.asked("upload").map((line) => line.split(" ").at(-1));
    expect(new Set(uploads).size).toBe(uploads.length);
    expect(report.source.read).toBe(report.source.distinct);
  });

  test("does nothing when all is there", async () => {
    const promotion = createSmallPromotion();
    await promotion.run();
    const before = [...promotion.places.values()].map(({ calls }) => calls.length);
    const report = await promotion.run();
    expect([...promotion.places.values()].map(({ calls }) => calls.length)).toEqual(before);
    expect(report).toMatchObject({ isComplete: true, artifacts: [], source: { read: 0 } });
  });

  test("writes files with their headers", async () => {
    const promotion = createSmallPromotion();
    await promotion.run();
    const { objects } = bucketOf(promotion, "azure/west");
    const immutable = "public, max-age=31536000, immutable";
    expect(objects.get("v1/tool")).toMatchObject({ contentType: "application/octet-stream", cacheControl: immutable });
    expect(objects.get("v1/tool.sha256")).toMatchObject({ contentType: "text/plain; charset=utf-8" });
    expect(objects.get("stable.txt")).toMatchObject({ cacheControl: "public, max-age=60" });
  });
});

describe("require", () => {
  /** A mirror that refuses everything. */
  function createBrokenMirror(): SmallPromotion {
    const promotion = createSmallPromotion();
    placeOf(promotion, "google/eu registry").before = () => new TransientError("google/eu is down");
    bucketOf(promotion, "azure/west").fault = () => "refused";
    return promotion;
  }

  test.each([
    ["all", { kind: "all" }, "held"],
    ["one mirror", { kind: "number", number: 1 }, "shown"],
    ["two mirrors, of which one is down", { kind: "number", number: 2 }, "held"],
    ["the mirror that works", { kind: "mirrors", mirrors: ["aws/us"] }, "shown"],
    ["the mirrors that are down", { kind: "mirrors", mirrors: ["google/eu", "azure/west"] }, "held"],
  ] as const)("%s", async (_, requirement, expected) => {
    const promotion = createBrokenMirror();
    promotion.require = requirement;
    const report = await promotion.run();
    expect(report.isComplete).toBe(false);
    expect(report.artifacts.map(({ name, origin }) => [name, origin])).toEqual(
      ["app/server", "app/client", "v1/tool", "v1/tool.sha256", "stable.txt"].map((name) => [name, expected]),
    );
    const tags = placeOf(promotion, origin).manifests.get("mirrors/app/client");
    expect(tags?.has("v1")).toBe(expected === "shown");
    expect(bucketOf(promotion, "google/us").objects.has("stable.txt")).toBe(expected === "shown");

    placeOf(promotion, "google/eu registry").before = () => undefined;
    bucketOf(promotion, "azure/west").fault = () => undefined;
    expect((await promotion.run()).isComplete).toBe(true);
    expect(promotion.plan()).toMatchObject({ images: [], files: [] });
  });
});

describe("a mirror that the plan knows little about", () => {
  function withScope(promotion: SmallPromotion, scope: PlannedScope): Plan {
    const plan = promotion.plan();
    const goesThere = ({ target }: { target: string }) =>
      scope.destinations?.some((mirror) => target.startsWith(`${mirror} `)) ?? true;
    const images = plan.images.map((image) => ({ ...image, ...scope, missing: image.missing.filter(goesThere) }));
    const files = plan.files.map((file) => ({
      ...file,
      ...scope,
      missing: file.missing.filter((target) => goesThere({ target })),
    }));
    return { ...plan, images, files };
  }

  test("mirrors that an artifact does not go to do not count for a required number", async () => {
    const promotion = createSmallPromotion();
    promotion.require = { kind: "number", number: 1 };
    placeOf(promotion, "google/eu registry").before = () => new TransientError("google/eu is down");
    const report = await promotion.run(withScope(promotion, { destinations: ["google/us", "google/eu"] }));
    const images = report.artifacts.filter(({ kind }) => kind === "image");
    expect(images.map(({ origin: state }) => state)).toEqual(["held", "held"]);
    expect(placeOf(promotion, origin).manifests.get("mirrors/app/client")?.has("v1")).toBe(false);
  });

  test("an origin that could not be read shows nothing, so that nothing is announced", async () => {
    const promotion = createSmallPromotion();
    const plan = withScope(promotion, { unread: [origin] });
    const images = plan.images.map(({ missing, ...image }) => ({
      ...image,
      missing: missing.filter(({ target }) => target !== origin),
    }));
    const report = await promotion.run({ ...plan, images });
    expect(report.isComplete).toBe(false);
    expect(report.artifacts.map(({ name, origin: state }) => `${name} ${state}`)).toEqual([
      "app/server failed",
      "app/client failed",
      "v1/tool shown",
      "v1/tool.sha256 shown",
      "stable.txt shown",
    ]);
  });

  test.each([
    ["lost", "error", "held"],
    ["rebuilt", "error", "held"],
    ["conflict", "error", "held"],
    ["unpromotable", "error", "held"],
    ["refused", "error", "held"],
    ["unreachable", "error", "held"],
    ["unreachable", "warning", "shown"],
    ["rebuilt", "warning", "shown"],
    ["moved", "error", "shown"],
  ] as const)("with the finding %s (%s), the announcement of the release is %s", async (kind, severity, expected) => {
    const promotion = createSmallPromotion();
    const finding = { kind, severity, project: "tools", artifact: "v1/tool.asc", message: "not there", fix: "" };
    const report = await promotion.run({ ...promotion.plan(), findings: [finding] });
    const states = new Map(report.artifacts.map(({ name, origin: state }) => [name, state]));
    expect([states.get("v1/tool"), states.get("stable.txt")]).toEqual(["shown", expected]);
    const reason = report.artifacts.find(({ name }) => name === "stable.txt")?.reason;
    if (expected === "held")
      expect(reason).toMatch(
        /^v1\/tool\.asc is (lost|rebuilt|in conflict|unpromotable|refused|unreachable), so it is unchanged/,
      );
    expect(bucketOf(promotion, "google/us").objects.has("stable.txt")).toBe(expected === "shown");
  });

  test("an origin that could not be read holds new announcements of all projects", async () => {
    const promotion = createSmallPromotion();
    const finding = { kind: "unreachable", severity: "error", target: origin, message: "it is down", fix: "" } as const;
    const report = await promotion.run({ ...promotion.plan(), images: [], findings: [finding] });
    expect(report.artifacts.find(({ name }) => name === "stable.txt")).toMatchObject({
      origin: "held",
      reason: "google/us registry is unreachable, so it is unchanged: see the findings",
    });
  });

  test.each<[string, (promotion: SmallPromotion) => void, "held" | "shown"]>([
    ["a mirror lacks", (promotion) => bucketOf(promotion, "aws/us").objects.delete("stable.txt"), "shown"],
    ["has a new version of", (promotion) => promotion.stageFile("stable.txt", "v2\n"), "held"],
    ["the origin lacks", (promotion) => bucketOf(promotion, "google/us").objects.delete("stable.txt"), "held"],
  ])("an old artifact is lost, and %s the announcement", async (_, change, expected) => {
    const promotion = createSmallPromotion();
    await promotion.run();
    promotion.files.splice(0, promotion.files.length, ...promotion.files.filter(({ path }) => path === "stable.txt"));
    change(promotion);
    const files = promotion.plan().files.slice(-1);
    const finding = { kind: "lost", severity: "error", project: "tools", message: "not there", fix: "" } as const;
    const findings = ["v0/tool", "v0/tool.asc"].map((artifact) => ({ ...finding, artifact }));
    const report = await promotion.run({ ...promotion.plan(), files, findings });
    expect(report.artifacts).toMatchObject([{ name: "stable.txt", origin: expected }]);
    const [{ reason = "", targets } = { targets: [] }] = report.artifacts;
    if (expected === "shown") expect(targets.map(({ state }) => state)).toEqual(["written"]);
    else expect(reason).toMatch(/^v0\/tool is lost \(and 1 more\), .* run with --since/);
  });

  test("a required mirror that could not be read holds up the origin", async () => {
    const promotion = createSmallPromotion();
    promotion.require = { kind: "mirrors", mirrors: ["google/eu"] };
    const unread = await promotion.run(withScope(promotion, { unread: ["google/eu registry"] }));
    expect(unread.artifacts.filter(({ origin: state }) => state === "held")).toHaveLength(2);
  });

  test.each<[string, Requirement, Filling, "held" | "shown"]>([
    ["all", { kind: "all" }, "run", "held"],
    ["all, and a donor fills it", { kind: "all" }, "donor", "shown"],
    ["its name", { kind: "mirrors", mirrors: ["aws/eu"] }, "run", "held"],
    ["its name, and a donor fills it", { kind: "mirrors", mirrors: ["aws/eu"] }, "donor", "held"],
    ["another's name", { kind: "mirrors", mirrors: ["google/eu"] }, "run", "shown"],
    ["a number that the others reach", { kind: "number", number: 2 }, "run", "shown"],
    ["a number that the others do not reach", { kind: "number", number: 3 }, "run", "held"],
  ])("a registry that cannot be opened, where the inventory requires %s", async (_, requirement, filling, expected) => {
    const promotion = createSmallPromotion();
    promotion.require = requirement;
    promotion.unplaced.push(createUnplaced({ filling }));
    const report = await promotion.run();
    const images = report.artifacts.filter(({ kind }) => kind === "image");
    expect(images.map(({ origin: state }) => state)).toEqual([expected, expected]);
    if (expected === "held") expect(images[0]?.reason).toMatch(/\baws\/eu .*could not be read or opened/);
    expect(placeOf(promotion, origin).manifests.get("mirrors/app/client")?.has("v1")).toBe(expected === "shown");
    const files = report.artifacts.filter(({ name }) => name.startsWith("v1/"));
    expect(files.map(({ origin: state }) => state)).toEqual(["shown", "shown"]);
  });

  test.each<[string, (promotion: SmallPromotion) => void, string]>([
    [
      "fails",
      (promotion) => {
        placeOf(promotion, "google/eu registry").before = () => new TransientError("google/eu is down");
      },
      "google/eu is required, and incomplete",
    ],
    [
      "cannot be opened",
      (promotion) => {
        promotion.targets.splice(
          promotion.targets.findIndex(({ mirror }) => mirror === "google/eu"),
          1,
        );
        promotion.unplaced.push(createUnplaced({ mirror: "google/eu" }));
        promotion.addBucket("blobs", "aws/new");
      },
      "google/eu is required, and could not be read or opened: see the findings for the fix",
    ],
  ])("an image that the origin shows stays shown if a required mirror %s", async (_, break_, reason) => {
    const promotion = createSmallPromotion();
    await promotion.run();
    placeOf(promotion, "google/eu registry").manifests.clear();
    break_(promotion);
    promotion.stageFile("stable.txt", "v2\n", "app");
    const report = await promotion.run();
    expect(report.isComplete).toBe(false);
    const [server] = report.artifacts;
    expect(server).toMatchObject({ name: "app/server", origin: "shown", wasShown: true, reason });
    const markdown = formatReportMarkdown(report);
    expect(markdown.replace(":v1,v1.0`", "`")).toContain(`- \`app/server\`: shown: \`${reason}\``);
    expect(markdown).toContain("2 already there");
    expect(bucketOf(promotion, "google/us").objects.get("stable.txt")?.bytes.toString()).toBe("v2\n");
  });

  test("a mirror that could not be read keeps a run from being complete, even if nothing is missing elsewhere", async () => {
    const promotion = createSmallPromotion();
    const finding = {
      kind: "unreachable",
      severity: "warning",
      target: "google/eu registry",
      message: "",
      fix: "",
    } as const;
    await promotion.run();
    expect((await promotion.run()).isComplete).toBe(true);
    const report = await promotion.run({ ...promotion.plan(), findings: [finding] });
    expect(report).toMatchObject({ isComplete: false, artifacts: [] });
  });

  test("the report counts a mirror that could not be read or opened, and says what was at the origin already", async () => {
    const promotion = createSmallPromotion();
    promotion.unplaced.push(createUnplaced());
    const held = await promotion.run();
    const statesOf = ({ targets }: (typeof held.artifacts)[number]) =>
      targets.map(({ target, state }) => `${target} ${state}`);
    expect(held.artifacts.map(statesOf)[0]).toEqual([
      "aws/eu registry unread",
      "aws/us blobs written",
      "google/eu registry written",
      "google/us registry written",
    ]);
    expect(
      held.artifacts
        .filter(({ kind }) => kind === "file")
        .flatMap(statesOf)
        .join(),
    ).not.toContain("unread");
    expect(formatReportMarkdown(held)).toContain("| held | 3 of 4 |");

    const again = createSmallPromotion();
    await again.run();
    again.addRegistry("aws/eu");
    const later = await again.run();
    expect(later).toMatchObject({
      isComplete: true,
      artifacts: [{ origin: "shown", wasShown: true }, { wasShown: true }],
    });
    expect(formatReportMarkdown(later)).toContain("**0 artifacts** shown at the origin, 2 already there, in");
    expect(formatReportMarkdown(later)).toContain("| already there | 1 of 1 |");
  });

  test("a bucket holds up all repositories with a digest that it lacks, though the plan names it at one", async () => {
    const promotion = createSmallPromotion();
    promotion.stageImage("app/server-copy", ["v1"], 100);
    const plan = promotion.plan();
    const [first, ...others] = plan.images.filter(({ digest }) => digest === promotion.images[0]?.digest);
    const withoutBucket = others.map(({ missing, ...image }) => ({
      ...image,
      missing: missing.filter(({ target }) => !target.endsWith(" blobs")),
    }));
    bucketOf(promotion, "aws/us").fault = () => "refused";
    const report = await promotion.run({ ...plan, images: [first as ImagePlan, ...withoutBucket], files: [] });
    expect(report.artifacts.map(({ name, origin: state }) => `${name} ${state}`)).toEqual([
      "app/server held",
      "app/server-copy held",
    ]);
  });

  test("images with large manifests are promoted in several batches, so that memory has few of them", async () => {
    const promotion = new SmallPromotion();
    promotion.addRegistry("google/us", { isOrigin: true });
    const padding = "x".repeat(7_000_000);
    for (let seed = 0; seed < 15; seed++)
      promotion.stageManifest(`app/large-${seed}`, "v1", { seed: `${seed}`, padding });
    const order: string[] = [];
    promotion.staging.before = ({ method }) => void (method === "getManifest" && order.push("read"));
    placeOf(promotion, origin).before = ({ method }) => void (method === "attach" && order.push("put"));
    const { isComplete, findings, artifacts, targets } = await promotion.run();
    // All of it, so that a failure says why.
    const undone = artifacts.filter(
      ({ origin: state, targets: stores }) => state !== "shown" || stores.some(({ state: at }) => at !== "written"),
    );
    expect({ isComplete, findings, undone, givenUp: targets.filter(({ givenUp }) => givenUp !== undefined) }).toEqual({
      isComplete: true,
      findings: [],
      undone: [],
      givenUp: [],
    });
    expect(promotion.plan()).toMatchObject({ images: [] });
    expect(order.lastIndexOf("read")).toBeGreaterThan(order.indexOf("put"));
  });

  test("a manifest without its blobs gets them before its tag", async () => {
    const promotion = createSmallPromotion();
    await promotion.run();
    const place = placeOf(promotion, "google/eu registry");
    place.manifests.get("mirrors/app/client")?.delete("v1");
    place.blobs.get("mirrors/app/client")?.clear();
    const before = stateOf(promotion);
    expect((await promotion.run()).isComplete).toBe(true);
    expect(stateOf(promotion)).not.toEqual(before);
    expect(place.blobs.get("mirrors/app/client")?.size).toBeGreaterThan(0);
  });
});

describe("faults", () => {
  function once<F>(isIt: (call: { readonly method: string }) => boolean, fault: F) {
    let isDone = false;
    return (call: { readonly method: string }): F | undefined => {
      if (isDone || !isIt(call)) return undefined;
      isDone = true;
      return fault;
    };
  }

  test.each<[string, (promotion: SmallPromotion) => void]>([
    [
      "a registry says 201 for a blob, and does not keep it",
      (promotion) => {
        placeOf(promotion, "google/eu registry").before = once(({ method }) => method === "upload", "lost" as const);
      },
    ],
    [
      "the source sends a damaged blob once",
      (promotion) => {
        promotion.staging.before = once(({ method }) => method === "openBlob", "damaged" as const);
      },
    ],
    [
      "the source breaks off",
      (promotion) => {
        promotion.staging.before = once(({ method }) => method === "openBlob", new TransientError("reset"));
      },
    ],
    [
      "a bucket loses an object that it has confirmed",
      (promotion) => {
        bucketOf(promotion, "aws/us").fault = once(({ method }) => method === "put", "lost" as const);
      },
    ],
    [
      "a bucket keeps other bytes, which its MD5 shows",
      (promotion) => {
        bucketOf(promotion, "azure/west").fault = once(
          ({ method }) => method === "put",
          "kept-damaged" as never,
        ) as never;
      },
    ],
    [
      "the source's bucket sends damaged bytes once",
      (promotion) => {
        promotion.stagingBucket.fault = once(({ method }) => method === "open", "read-damaged" as const);
      },
    ],
    [
      "the source's bucket breaks off in the middle",
      (promotion) => {
        promotion.stagingBucket.fault = once(({ method }) => method === "open", "interrupted" as const);
      },
    ],
  ])("%s: this run still completes", async (_, break_) => {
    const promotion = createSmallPromotion();
    const { broken } = watchPromotion(promotion);
    break_(promotion);
    const report = await promotion.run();
    expect(report.artifacts.flatMap(({ targets }) => targets.filter(({ state }) => state !== "written"))).toEqual([]);
    expect(broken).toEqual([]);
  });

  test.each<[string, (promotion: SmallPromotion) => void, RegExp]>([
    [
      "a manifest is gone from the source",
      (promotion) => promotion.staging.manifests.get("app/client")?.clear(),
      /has no sha256/,
    ],
    [
      "a blob of the source is damaged for good",
      (promotion) => {
        promotion.staging.before = ({ method, repository }) =>
          method === "openBlob" && repository === "app/client" ? "damaged" : undefined;
      },
      /damaged there or in transit, or the listed checksum is wrong/,
    ],
    [
      "the mirror has another digest under the tag since the plan was made",
      (promotion) => {
        const other = promotion.staging.manifests.get("app/server")?.get("v1");
        if (!other) throw new Error("not staged");
        const plan = promotion.plan.bind(promotion);
        const made = plan();
        placeOf(promotion, "google/eu registry").hold("mirrors/app/client", [], { v1: other });
        promotion.plan = () => made;
      },
      /was set to sha256:.* at google\/eu registry after the plan was made/,
    ],
    [
      "the mirror refuses this artifact",
      (promotion) => {
        placeOf(promotion, "google/eu registry").before = ({ method, repository }) =>
          method === "attach" && repository.endsWith("client") ? new StoreError("no such right", "denied") : undefined;
      },
      /no such right/,
    ],
  ])("%s: the other artifacts are complete", async (_, break_, reason) => {
    const promotion = createSmallPromotion();
    break_(promotion);
    const report = await promotion.run();
    const [server, client, ...files] = report.artifacts;
    expect(server?.targets.map(({ state }) => state)).toEqual(["written", "written", "written"]);
    expect(server?.origin).toBe("shown");
    expect(client?.origin).not.toBe("shown");
    expect(client?.targets.find(({ state }) => state === "failed")?.reason).toMatch(reason);
    expect(files.map(({ origin: state }) => state)).toEqual(["shown", "shown", "shown"]);
    expect(placeOf(promotion, origin).manifests.get("mirrors/app/client")?.has("v1") ?? false).toBe(false);
  });
});

test("killed anywhere, any number of times: the next run finishes, copies nothing twice, and nothing was half visible", async () => {
  const expected = createSmallPromotion();
  await expected.run();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 250 }), { minLength: 1, maxLength: 4 }), async (kills) => {
      const promotion = createSmallPromotion();
      const { broken } = watchPromotion(promotion);
      const twice: string[] = [];
      for (const after of [...kills, Number.POSITIVE_INFINITY]) {
        let calls = 0;
        /** A killed process does nothing more. */
        const live = () => (calls++ < after ? Promise.resolve() : new Promise<never>(() => {}));
        for (const [name, place] of promotion.places) {
          place.before = async ({ method, repository, reference }) => {
            await live();
            const isThere =
              (method === "upload" && place.blobs.get(repository)?.has(reference)) ||
              (method === "attach" && place.manifests.get(repository)?.has(reference));
            if (isThere) twice.push(`${name} ${repository} ${reference}`);
            return undefined;
          };
        }
        for (const bucket of promotion.buckets.values()) bucket.delay = live;
        promotion.staging.before = async () => {
          await live();
          return undefined;
        };
        const run = promotion.run();
        await Promise.race([run, whenQuiet(() => calls, after)]);
        calls = Number.POSITIVE_INFINITY;
      }
      expect({ broken, twice, half: findHalfVisible(promotion) }).toEqual({ broken: [], twice: [], half: [] });
      expect(stateOf(promotion)).toEqual(stateOf(expected));
    }),
    runs(12),
  );
});

/** Waits until a killed run does nothing more. */
async function whenQuiet(countCalls: () => number, after: number): Promise<void> {
  for (let turns = 0, last = -1; turns < 100 && countCalls() < Number.POSITIVE_INFINITY; turns++) {
    await new Promise(setImmediate);
    if (countCalls() !== last || countCalls() <= after) turns = 0;
    last = countCalls();
  }
}
