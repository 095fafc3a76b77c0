import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { mirrorformProgram } from "../cli/mirrorform";

const text = readFileSync(join(__dirname, "../docs/workflows/promote.yaml"), "utf8");

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if: string;
  readonly environment?: string;
  readonly concurrency?: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const workflow = parse(text) as {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
};
const { plan, comment, promote } = workflow.jobs as Readonly<Record<"plan" | "comment" | "promote", Job>>;
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
const commands = steps.flatMap(({ run = "" }) =>
  [...run.matchAll(/npx mirrorform ([^|>]*)/g)].map(([, words = ""]) => words.trim()),
);

test("actions are pinned by commit, with their version beside", () => {
  const used = [...text.matchAll(/uses: (\S+)(.*)/g)];
  expect(used).toHaveLength(steps.filter(({ uses }) => uses).length);
  for (const [, action, version] of used) {
    expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(version).toMatch(/^ # v\d+\.\d+\.\d+$/);
  }
});

test("each job has the least permissions, and none is inherited", () => {
  expect(workflow.permissions).toEqual({});
  expect(plan.permissions).toEqual({ contents: "read", "id-token": "write" });
  expect(comment.permissions).toEqual({ "pull-requests": "write" });
  expect(promote.permissions).toEqual({ contents: "read", "id-token": "write" });
});

test("what may write runs nothing from a pull request", () => {
  expect(workflow.on).not.toHaveProperty("pull_request_target");
  expect(comment.steps.map(({ uses = "" }) => uses)).not.toContainEqual(expect.stringMatching(/checkout/));
  expect(promote.if).toBe("github.event_name != 'pull_request' && github.ref == 'refs/heads/main'");
});

test("a plan has the identity of pull requests, and only where there is one", () => {
  // With an environment, the subject of its token would be another one.
  expect(plan).not.toHaveProperty("environment");
  const isOurs = "github.event.pull_request.head.repo.full_name == github.repository";
  const exchange = plan.steps.filter(({ uses = "" }) => uses.startsWith("google-github-actions/auth@"));
  expect(exchange.map((step) => step.if)).toEqual([`vars.GOOGLE_PLANNER_IDENTITY_PROVIDER != '' && ${isOurs}`]);
  expect(JSON.stringify(plan)).not.toMatch(/vars\.GOOGLE_(IDENTITY_PROVIDER|SERVICE_ACCOUNT)/);
  expect(JSON.stringify(promote)).not.toContain("PLANNER");
  const tokens = Object.entries(workflow.jobs).filter(([, { permissions }]) => "id-token" in permissions);
  expect(tokens.map(([name]) => name)).toEqual(["plan", "promote"]);
});

test("credentials are neither stored nor left in the checkout", () => {
  expect(text).not.toMatch(/secrets\./);
  for (const { uses = "", with: inputs } of steps) {
    if (uses.startsWith("actions/checkout@")) expect(inputs).toMatchObject({ "persist-credentials": false });
  }
});

test("text that a pull request may set reaches no shell", () => {
  for (const { run = "" } of steps) expect(run).not.toContain("${{");
});

test("a plan or a run with errors is shown all the same", () => {
  for (const [job, id] of [
    [plan, "plan"],
    [promote, "run"],
  ] as const) {
    const at = job.steps.findIndex((step) => step.id === id);
    const after = job.steps.slice(at + 1);
    expect(after.length).toBeGreaterThan(0);
    for (const step of after) expect(step.if).toBe(`\${{ !cancelled() && steps.${id}.outcome != 'skipped' }}`);
  }
  expect(comment.if).toMatch(/^\$\{\{ !cancelled\(\) && /);
});

test("the audit of a run is kept, if it wrote any", () => {
  expect(promote.steps.find(({ id }) => id === "run")?.run).toContain("--audit audit.jsonl");
  const kept = promote.steps.find(({ uses = "" }) => uses.startsWith("actions/upload-artifact@"));
  expect(kept?.with).toEqual({ name: "audit", path: "audit.jsonl", "if-no-files-found": "ignore" });
});

test("one run at a time, in a protected environment, and none is stopped", () => {
  expect(promote.environment).toBe("promotion");
  expect(promote.concurrency).toEqual({ group: "promotion", "cancel-in-progress": false });
});

test("its commands exist, with their options", () => {
  const group = mirrorformProgram().commands.find((each) => each.name() === "promote");
  expect(commands.map((words) => words.split(" ")[1])).toEqual(["validate", "plan", "run"]);
  for (const words of commands) {
    const [, name, ...rest] = words.split(" ");
    const command = group?.commands.find((each) => each.name() === name);
    const known = command?.options.map(({ long }) => long);
    for (const option of rest.filter((word) => word.startsWith("--"))) if (known) expect(known).toContain(option);
  }
});
