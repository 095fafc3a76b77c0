import type { Policy } from "../../../promotion/policy/policy";
import type { Withdrawn } from "../../../promotion/promoted";
import type { Withdrawing } from "../../../promotion/withdrawal/hide-withdrawn";
import { judgeWithdrawals, selectAllowed } from "../../../promotion/withdrawal/judge-withdrawals";
import type { Removal } from "../../../promotion/withdrawal/removal";
import { lenient } from "../policy/signed-images";
import { withdrawn as entries, file, image, lately, ledger, mentions } from "./small-ledger";

const policy: Policy = {
  file: "policy.yaml",
  defaults: lenient,
  projects: new Map([
    ["app", { ...lenient, withdrawal: ["alice"] }],
    ["team", { ...lenient, withdrawal: ["org/security"] }],
  ]),
};
const removals = ["app", "app", "team", "free"].map((project, index) => ({
  state: "hide",
  kind: "file",
  project,
  name: `${project}/${index}`,
})) as unknown as readonly Removal[];
const waiting = [{ ...removals[0], state: "waiting" }] as readonly Removal[];
const withdrawn = removals.map(({ project, name }) => {
  const [entry] = entries(`/${name}`);
  return { ...entry, project } as Withdrawn;
});
const nothing: Withdrawing = { withdrawn: [], mentions: mentions([]) };

test.each<[string, string | undefined, readonly string[], readonly string[]]>([
  ["alice", "alice", ["warning team"], ["app", "app", "team", "free"]],
  ["mallory", "mallory", ["error app", "warning team"], ["team", "free"]],
  ["an unknown person", undefined, ["error app", "error team"], ["free"]],
])("after a merge by %s", (_, by, findings, allowed) => {
  const merge = { by, before: nothing };
  const found = judgeWithdrawals(removals, withdrawn, policy, merge);
  expect(found.map(({ severity, project }) => `${severity} ${project}`)).toEqual(findings);
  expect(selectAllowed(withdrawn, policy, merge).map(({ project }) => project)).toEqual(allowed);
});

test("before the merge, a warning says who may do it", () => {
  const [first, ...others] = judgeWithdrawals(removals, withdrawn, policy, undefined);
  expect(first).toEqual({
    kind: "refused",
    severity: "warning",
    project: "app",
    message: "only alice may withdraw from app: the run hides nothing if someone else merges this",
    fix: "Have it merged by alice.",
  });
  expect(others).toMatchObject([{ severity: "warning", project: "team" }]);
});

test("what is hidden already is not judged again, and without a policy nothing is", () => {
  expect(judgeWithdrawals(waiting, withdrawn, policy, { by: undefined })).toEqual([]);
  expect(judgeWithdrawals(removals, withdrawn, undefined, { by: undefined })).toEqual([]);
  expect(selectAllowed(withdrawn, undefined, { by: undefined })).toBe(withdrawn);
});

test("what is hidden already keeps its entry whoever merges, so that scheduled runs delete it", () => {
  const all = entries("app/a@1", "app/a@2", "app/a:v1", "app/a:v2", "/x", "/y");
  const hidden = ledger(
    [image({ digest: "1", hidden: lately }), image({ digest: "3", tags: ["v1", "v2"], hiddenTags: { v1: lately } })],
    [file("x", lately), file("y")],
  );
  const kept = selectAllowed(all, policy, { by: undefined }, hidden);
  expect(kept).toEqual(entries("app/a@1", "app/a:v1", "/x"));
});

test("what another project promoted, and has no longer, is also judged by its rules", () => {
  const others = ledger([image({ digest: "1", tags: ["v1"], project: "app" })]);
  const free = entries("app/a@1", "app/a:v1", "/x").map((entry) => ({ ...entry, project: "free" }));
  expect(selectAllowed(free, policy, { by: "mallory", before: nothing }, others)).toEqual([free[2]]);
  expect(selectAllowed(free, policy, { by: "alice", before: nothing }, others)).toEqual(free);
});

describe("what a merge did not bring is not withdrawn by whoever merged", () => {
  const [first, second, team, free] = withdrawn as [Withdrawn, Withdrawn, Withdrawn, Withdrawn];
  const at = (...before: readonly Withdrawn[]): Withdrawing => ({ withdrawn: before, mentions: mentions([]) });
  const older = "an earlier merge brought it, and no run hid it";

  test.each<[string, Withdrawing | undefined, readonly Withdrawn[], readonly string[]]>([
    ["an older entry", at(first), [second, team, free], [`app/0 is not withdrawn: ${older}`]],
    ["an older entry of a team's project", at(team), [first, second, free], [`team/2 is not withdrawn: ${older}`]],
    ["one with another reason before", at({ ...first, reason: "another" }), withdrawn, []],
    [
      "one with another date or other destinations",
      at({ ...first, date: "2026-01-01", destinations: [] }),
      [second, team, free],
      [`app/0 is not withdrawn: ${older}`],
    ],
    [
      "manifests of a project that had errors",
      { withdrawn: [], mentions: mentions([], { unclear: new Set(["app"]) }) },
      [team, free],
      [`app/0 (and 1 other artifact) is not withdrawn: ${older}`],
    ],
    [
      "manifests that could not be read",
      { withdrawn: [], mentions: mentions([], { isComplete: false }) },
      [free],
      [`app/0 (and 1 other artifact) is not withdrawn: ${older}`, `team/2 is not withdrawn: ${older}`],
    ],
    [
      "an unknown commit",
      undefined,
      [free],
      ["app/0 (and 1 other artifact)", "team/2"].map(
        (name) => `${name} is not withdrawn: without --merged-since it is not known whether this merge brought it`,
      ),
    ],
  ])("%s", (_, before, allowed, refused) => {
    const merge = { by: "alice", before };
    expect(selectAllowed(withdrawn, policy, merge)).toEqual(allowed);
    const errors = judgeWithdrawals(removals, withdrawn, policy, merge).filter(({ severity }) => severity === "error");
    expect(errors.map(({ message }) => message.replace(/^.*?, and /, ""))).toEqual(refused);
  });

  test("the finding says what to do", () => {
    const [found] = judgeWithdrawals(removals.slice(0, 1), withdrawn, policy, { by: "alice", before: at(first) });
    expect(found).toMatchObject({
      message: `policy/withdrawal: only alice may withdraw from app, and app/0 is not withdrawn: ${older}`,
      fix: "Have alice change its reason in withdrawn.yaml and merge that; or revert it.",
    });
    const [unknown] = judgeWithdrawals(removals.slice(0, 1), withdrawn, policy, { by: "alice" });
    expect(unknown?.fix).toBe("Give the commit before the merge with --merged-since.");
  });
});
