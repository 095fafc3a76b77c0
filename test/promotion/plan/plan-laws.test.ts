import fc from "fast-check";
import { computePlan } from "../../../promotion/plan/compute-plan";
import { findPlanDifferences, intersectPlans } from "../../../promotion/plan/find-plan-differences";
import { formatPlan } from "../../../promotion/plan/format-plan";
import type { Plan } from "../../../promotion/plan/plan";
import { promiseOf } from "../../../promotion/plan/promise-of";
import { readPlan } from "../../../promotion/plan/read-plan";
import { selectChanged, selectPlanned } from "../../../promotion/plan/select-promoted";
import {
  type Reading,
  type RepositoryHoldings,
  type TargetHoldings,
  Unread,
  type World,
} from "../../../promotion/plan/world";
import type { Promoted } from "../../../promotion/promoted";
import { runs } from "../../property-runs";
import { createWorld, digest, promise, type ShortImages } from "./small-world";

const repositories = fc.constantFrom("a", "b/c");
const digits = fc.constantFrom("0", "1", "2", "3");
const tags = fc.uniqueArray(fc.constantFrom("v1", "v2", "latest"), { maxLength: 2 });
const images = fc
  .array(fc.tuple(repositories, digits, tags), { maxLength: 6 })
  .map(
    (entries): ShortImages =>
      Object.fromEntries(entries.map(([repository, short, names]) => [`${repository}@${short}`, names])),
  );

/** What is promised, at the source, at two registries and a bucket. */
const scenes = fc
  .record({
    promised: images,
    source: images,
    one: images,
    other: images,
    complete: fc.uniqueArray(digits),
    isDown: fc.boolean(),
  })
  .map(({ promised, source, one, other, complete, isDown }) => {
    const promoted = promise(promised);
    const staged = Object.fromEntries(Object.entries(source).map(([key, names]) => [key.replace("b/", ""), names]));
    const targets = {
      "google/one": { images: one },
      "aws/two": { images: isDown ? new Unread("it does not answer") : other, complete },
    };
    return { promoted, world: createWorld(promoted, { source: staged, targets }) };
  });

const isMutable = (name: string) => name.endsWith(":latest");

/** The world after a plan, or the part of it that concerns some targets, was carried out. */
function apply({ images: planned }: Plan, world: World, isDone: (target: string) => boolean = () => true): World {
  const targets = world.targets.map((target): TargetHoldings => {
    if (!isDone(target.name) || target.kind === "files") return target;
    const mine = planned.flatMap(({ repository, digest: found, missing }) =>
      missing.filter((each) => each.target === target.name).map((each) => ({ repository, found, tags: each.tags })),
    );
    if (target.kind === "blobs") {
      if (target.complete instanceof Unread) return target;
      return { ...target, complete: new Set([...target.complete, ...mine.map(({ found }) => found)]) };
    }
    const held = Array.from(target.repositories, ([repository, holdings]): [string, Reading<RepositoryHoldings>] => {
      if (holdings instanceof Unread) return [repository, holdings];
      const own = mine.filter((each) => each.repository === repository);
      const set = own.flatMap(({ found, tags: names }) => names.map((tag) => [tag, found] as const));
      const digests = new Set([...holdings.digests, ...own.map(({ found }) => found)]);
      return [repository, { digests, tags: new Map([...holdings.tags, ...set]) }];
    });
    return { ...target, repositories: new Map(held) };
  });
  return { ...world, targets };
}

function errorsOf({ findings }: Plan): string[] {
  return findings.filter(({ severity }) => severity === "error").map(({ message }) => message);
}

test("after a plan was carried out, nothing is left to do, and the same errors remain", () => {
  fc.assert(
    fc.property(scenes, ({ promoted, world }) => {
      const plan = computePlan(promoted, world, isMutable);
      const after = computePlan(promoted, apply(plan, world), isMutable);
      expect(after.images).toEqual([]);
      expect(errorsOf(after)).toEqual(errorsOf(plan));
    }),
    runs(300),
  );
});

test("no tag moves that is not mutable, and only what the source has is copied", () => {
  fc.assert(
    fc.property(scenes, ({ promoted, world }) => {
      const plan = computePlan(promoted, world, isMutable);
      for (const { repository, source, digest: found, missing } of plan.images) {
        const holdings = world.imageSources.get(source);
        expect(holdings instanceof Unread || holdings?.digests.has(found)).toBe(true);
        for (const { target: name, tags: names } of missing) {
          const target = world.targets.find((each) => each.name === name);
          const held = target?.kind === "registry" ? target.repositories.get(repository) : undefined;
          const moved = names.filter((tag) => !(held instanceof Unread) && held?.tags.has(tag));
          expect(moved.filter((tag) => tag !== "latest")).toEqual([]);
        }
      }
    }),
    runs(300),
  );
});

test("a plan is read back as it was written, and the order of entries does not matter", () => {
  fc.assert(
    fc.property(scenes, ({ promoted, world }) => {
      const plan = computePlan(promoted, world, isMutable);
      expect(readPlan(formatPlan(plan))).toEqual({ plan });
      const reversed = { ...promoted, images: promoted.images.toReversed() };
      expect(promiseOf(reversed)).toBe(plan.promise);
      expect(computePlan(reversed, world, isMutable).images).toEqual(plan.images);
    }),
    runs(200),
  );
});

test("a plan that was carried out in part counts as the same plan; what is left of it remains to be done", () => {
  fc.assert(
    fc.property(
      scenes,
      fc.constantFrom("google/one registry", "aws/two registry", "aws/two blobs"),
      ({ promoted, world }, done) => {
        const reviewed = computePlan(promoted, world, isMutable);
        const selected = selectPlanned(promoted, reviewed);
        const later = apply(reviewed, world, (target) => target === done);
        const current = computePlan(selected, later, isMutable, { promise: promiseOf(promoted) });
        expect(findPlanDifferences(reviewed, current)).toEqual([]);
        const rest = intersectPlans(reviewed, current);
        expect(computePlan(promoted, apply(rest, later), isMutable).images).toEqual([]);
      },
    ),
    runs(200),
  );
});

const promoted: Promoted = promise({ "a@0": ["v1"], "a@1": ["v2"] });
const source = { "a@0": [], "a@1": [] };
const plan = (held: ShortImages, more = source as ShortImages) =>
  computePlan(
    promoted,
    createWorld(promoted, { source: more, targets: { "google/one": { images: held } } }),
    () => false,
  );

test.each<{ name: string; reviewed: Plan; current: Plan; differences: readonly string[] }>([
  { name: "nothing", reviewed: plan({}), current: plan({}), differences: [] },
  {
    name: "a tag that someone else set in the meantime",
    reviewed: plan({ "a@1": ["v2"] }),
    current: plan({ "a@1": ["v2"], "a@2": ["v1"] }),
    differences: [`a:v1 is ${digest("2")} at google/one registry, and would move to ${digest("0")}`],
  },
  {
    name: "an image that the source has lost",
    reviewed: plan({}),
    current: plan({}, { "a@0": [] }),
    differences: [`a:v2 is lost: gcr.io/foo/a does not have ${digest("1")}`],
  },
  {
    name: "content that the mirror has lost",
    reviewed: plan({ "a@0": [], "a@1": ["v2"] }),
    current: plan({ "a@1": ["v2"] }),
    differences: [`google/one registry had the content of a@${digest("0")}, and no longer has it`],
  },
  {
    name: "another promise",
    reviewed: plan({}),
    current: { ...plan({}), promise: "0".repeat(64) },
    differences: ["the manifests have changed"],
  },
])("what has changed: $name", ({ reviewed, current, differences }) => {
  expect(findPlanDifferences(reviewed, current)).toEqual(differences);
});

test.each<[string, string, string]>([
  ["no JSON", "{", "it is not JSON"],
  ["another format", JSON.stringify({ ...plan({}), format: 2 }), "format: "],
  ["an unknown member", JSON.stringify({ ...plan({}), extra: 1 }), "it: "],
  [
    "a path that leads out",
    formatPlan({
      ...plan({}),
      files: [{ project: "a", source: "gs://b/c", path: "../c", sha256: "0".repeat(64), missing: ["aws/x files"] }],
    }),
    "files.0.path: ",
  ],
  [
    "a repository that leads out",
    formatPlan(plan({})).replace('"repository":"a"', '"repository":"../a"'),
    "images.0.repository: ",
  ],
])("a plan file that is %s is refused", (_, text, problem) => {
  const reading = readPlan(text);
  expect("problem" in reading && reading.problem.startsWith(problem)).toBe(true);
});

test("entries that changed: new ones and those with other tags, not those that moved within a file", () => {
  const former = promise({ "a@0": ["v1"], "a@1": ["v2"], "b@2": [] });
  const now = promise({ "b@2": [], "a@1": ["v2", "v3"], "a@0": ["v1"], "c@3": [] });
  const moved = { ...now, images: now.images.map((image) => ({ ...image, place: { ...image.place, line: 99 } })) };
  expect(selectChanged(moved, former).images.map((image) => image.digest)).toEqual([digest("1"), digest("3")]);
  expect(selectChanged(former, former)).toEqual({ projects: [], images: [], files: [], withdrawn: [] });
});
