import fc from "fast-check";
import { addPromoted } from "../../../promotion/ledger/add-promoted";
import { computeComplete, type Evidence, type LedgerTarget } from "../../../promotion/ledger/compute-complete";
import type { Ledger, LedgerFile } from "../../../promotion/ledger/ledger";
import { runs } from "../../property-runs";
import { digestOfNumber } from "./ledger-arbitrary";

const target: LedgerTarget = { name: "aws/eu files", mirror: "aws/eu", kind: "files" };

function ledgerOf(promotions: readonly number[], more: Partial<Ledger> = {}): Ledger {
  const files = promotions.map((promotion) => {
    return { project: "app", path: `${promotion}`, sha256: digestOfNumber(promotion).slice(7), promotion };
  });
  return { format: 1, newest: Math.max(0, ...promotions), images: [], files, complete: {}, ...more };
}

test.each<[string, number, Record<string, Evidence>, number]>([
  ["everything was seen", 0, { 1: "held", 2: "held", 3: "held" }, 3],
  ["nothing was looked at", 0, {}, 0],
  ["nothing was looked at, and it was complete", 2, {}, 2],
  ["this run's object was verified where all others were", 2, { 3: "held" }, 3],
  ["this run's object was verified where others are not known", 1, { 3: "held" }, 1],
  ["an old object is missing", 3, { 2: "lacking" }, 1],
  ["the oldest of several counts", 3, { 1: "lacking", 3: "lacking" }, 0],
  ["what was missing is back", 1, { 2: "held", 3: "held" }, 3],
])("%s", (_, before, evidence, expected) => {
  const ledger = ledgerOf([1, 2, 3], { complete: { [target.name]: before } });
  const complete = computeComplete(ledger, [target], (_target, entry) => evidence[entry.promotion] ?? "unknown");
  expect(complete[target.name] ?? 0).toBe(expected);
});

test("what goes elsewhere, or is withdrawn, does not count", () => {
  const ledger = ledgerOf([1, 2, 3]);
  const [first, second, third] = ledger.files as [LedgerFile, LedgerFile, LedgerFile];
  const withdrawn = { hidden: "2026-11-25T10:00:00.000Z", reason: "", removedFrom: [] };
  const files = [{ ...first, withdrawn }, { ...second, destinations: ["google/us"] }, third];
  const find = (_: LedgerTarget, { promotion }: { promotion: number }) => (promotion === 3 ? "held" : "lacking");
  expect(computeComplete({ ...ledger, files }, [target], find)).toEqual({ [target.name]: 3 });
});

test("of targets that are no longer in the inventory nothing is claimed", () => {
  const ledger = ledgerOf([1], { complete: { "old/mirror files": 1, [target.name]: 1 } });
  expect(computeComplete(ledger, [target], () => "unknown")).toEqual({ [target.name]: 1 });
});

/** A step in the life of two mirrors. */
type Step =
  | { readonly kind: "run"; readonly promises: readonly number[]; readonly mode: Mode; readonly isKilled: boolean }
  | { readonly kind: "loss"; readonly mirror: number; readonly path: number };

/** What happens to a mirror in a run: it is read and filled; it fails when it is written; it cannot be read. */
type Fate = "fine" | "fails" | "unread";
interface Mode {
  /** Whether only changes are planned: of everything else nobody looks whether it is there. */
  readonly isPartial: boolean;
  readonly fates: readonly Fate[];
}

const paths = 5;
const fate = fc.constantFrom<Fate>("fine", "fine", "fails", "unread");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      promises: fc.uniqueArray(fc.integer({ min: 0, max: paths - 1 }), { minLength: 1 }),
      mode: fc.record({ isPartial: fc.boolean(), fates: fc.tuple(fate, fate) }),
      isKilled: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("loss" as const),
      mirror: fc.integer({ min: 0, max: 1 }),
      path: fc.integer({ min: 0, max: paths - 1 }),
    }),
  },
);

/** Runs against mirrors that fail, with the functions that keep the ledger. */
class Simulation {
  readonly targets = ["aws/eu", "aws/us"].map(
    (mirror): LedgerTarget => ({ name: `${mirror} files`, mirror, kind: "files" }),
  );
  /** The content of each path at each mirror. */
  readonly held = this.targets.map(() => new Map<string, string>());
  /** What runs have promised so far. */
  readonly promised = new Map<string, string>();
  /** What mirrors have lost since they were looked at. */
  readonly lost = this.targets.map(() => new Set<string>());
  ledger: Ledger = { format: 1, newest: 0, images: [], files: [], complete: {} };
  #contents = 100;

  run({ promises, mode: { isPartial, fates }, isKilled }: Extract<Step, { kind: "run" }>): void {
    for (const path of promises) this.promised.set(`${path}`, digestOfNumber(this.#contents++).slice(7));
    const planned = isPartial ? promises.map(String) : [...this.promised.keys()];
    const isRead = (index: number) => fates[index] !== "unread";
    const seen = this.held.map((held) => new Map(held));
    this.#complete((index, { path, sha256 }) => {
      if (!isRead(index) || !planned.includes(path) || this.promised.get(path) !== sha256) return "unknown";
      return seen[index]?.get(path) === sha256 ? "held" : "lacking";
    });
    for (const [index] of this.targets.entries())
      if (isRead(index)) for (const path of planned) this.lost[index]?.delete(path);
    for (const [index, held] of this.held.entries()) {
      if (fates[index] !== "fine") continue;
      for (const path of planned) held.set(path, this.promised.get(path) ?? "");
    }
    const files = planned.map((path) => ({ project: "app", path, sha256: this.promised.get(path) ?? "" }));
    this.ledger = addPromoted(this.ledger, { images: [], files }, this.ledger.newest + 1);
    if (isKilled) return;
    this.#complete((index, { path, sha256 }) => {
      if (!isRead(index) || !planned.includes(path)) return "unknown";
      return this.held[index]?.get(path) === sha256 ? "held" : "lacking";
    });
  }

  lose({ mirror, path }: Extract<Step, { kind: "loss" }>): void {
    if (this.held[mirror]?.delete(`${path}`)) this.lost[mirror]?.add(`${path}`);
  }

  #complete(find: (index: number, file: LedgerFile) => Evidence): void {
    const findEvidence = (target: LedgerTarget, entry: unknown) =>
      find(this.targets.indexOf(target), entry as LedgerFile);
    this.ledger = { ...this.ledger, complete: computeComplete(this.ledger, this.targets, findEvidence) };
  }

  /** Claims that are wrong, other than by a loss that nobody has looked at. */
  wrong(): string[] {
    return this.targets.flatMap(({ name }, index) =>
      this.ledger.files.flatMap(({ path, sha256, promotion }) => {
        const isClaimed = promotion <= (this.ledger.complete[name] ?? 0);
        const isHeld = this.held[index]?.get(path) === sha256 || this.lost[index]?.has(path) === true;
        return isClaimed && !isHeld ? [`${name} is said to hold ${path} of promotion ${promotion}`] : [];
      }),
    );
  }
}

test("no target is ever said to hold what it lacks, whatever fails, is killed, or is not looked at", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const simulation = new Simulation();
      for (const each of steps) {
        if (each.kind === "run") simulation.run(each);
        else simulation.lose(each);
        expect(simulation.wrong()).toEqual([]);
      }
      // A run that looks at everything, and of which nothing fails, makes every target complete.
      simulation.run({
        kind: "run",
        promises: [0],
        mode: { isPartial: false, fates: ["fine", "fine"] },
        isKilled: false,
      });
      const { newest, complete } = simulation.ledger;
      expect(Object.values(complete)).toEqual([newest, newest]);
    }),
    runs(300),
  );
});
