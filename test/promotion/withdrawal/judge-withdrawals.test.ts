import type { Policy } from "../../../promotion/policy/policy";
import type { Withdrawn } from "../../../promotion/promoted";
import { judgeWithdrawals, selectAllowed } from "../../../promotion/withdrawal/judge-withdrawals";
import type { Removal } from "../../../promotion/withdrawal/removal";
import { lenient } from "../policy/signed-images";
import { withdrawn as entries, file, image, lately, ledger } from "./small-ledger";

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
  project,
  name: `${project}/${index}`,
})) as unknown as readonly Removal[];
const waiting = [{ ...removals[0], state: "waiting" }] as readonly Removal[];
const withdrawn = ["app", "team", "free"].map((project) => ({ project })) as unknown as readonly Withdrawn[];

test.each<[string, string | undefined, readonly string[], readonly string[]]>([
  ["alice", "alice", ["warning team"], ["app", "team", "free"]],
  ["mallory", "mallory", ["error app", "warning team"], ["team", "free"]],
  ["an unknown person", undefined, ["error app", "error team"], ["free"]],
])("after a merge by %s", (_, by, findings, allowed) => {
  const found = judgeWithdrawals(removals, policy, { by });
  expect(found.map(({ severity, project }) => `${severity} ${project}`)).toEqual(findings);
  expect(selectAllowed(withdrawn, policy, { by }).map(({ project }) => project)).toEqual(allowed);
});

test("before the merge, a warning says who may do it", () => {
  const [first, ...others] = judgeWithdrawals(removals, policy, undefined);
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
  expect(judgeWithdrawals(waiting, policy, { by: undefined })).toEqual([]);
  expect(judgeWithdrawals(removals, undefined, { by: undefined })).toEqual([]);
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
  expect(selectAllowed(free, policy, { by: "mallory" }, others)).toEqual([free[2]]);
  expect(selectAllowed(free, policy, { by: "alice" }, others)).toEqual(free);
});
