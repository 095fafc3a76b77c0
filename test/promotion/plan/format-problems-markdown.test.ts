import fc from "fast-check";
import type { Problem } from "../../../document/problem";
import { formatPlanMarkdown } from "../../../promotion/plan/format-plan-markdown";
import { formatProblemsMarkdown } from "../../../promotion/plan/format-problems-markdown";
import type { Plan } from "../../../promotion/plan/plan";
import { runs } from "../../property-runs";

const problem: Problem = {
  file: "promotions/etcd/images.yaml",
  line: 3,
  column: 5,
  severity: "error",
  rule: "images/digest",
  message: '"sha256:12" is not a digest',
  fix: "Write sha256: and 64 hexadecimal digits.",
  excerpt: '  2 |   dmap:\n  3 |     "sha256:12": ["1.0"]\n    |     ^',
};
const warning: Problem = { ...problem, severity: "warning", line: 9, rule: "file/odd", excerpt: "" };

const empty: Plan = { format: 1, made: "", promise: "", images: [], files: [], findings: [] };

test("no problems", () => {
  expect(formatProblemsMarkdown([])).toEqual([]);
  expect(formatPlanMarkdown(empty, [])).toBe(formatPlanMarkdown(empty));
});

test("problems come before the findings, errors first, as commands print them", () => {
  expect(formatPlanMarkdown(empty, [warning, problem])).toBe(`### Promotion plan

Nothing to copy.

❌ Problems in files: 1 error, 1 warning.

\`\`\`text
promotions/etcd/images.yaml:3:5 error[images/digest] "sha256:12" is not a digest
  2 |   dmap:
  3 |     "sha256:12": ["1.0"]
    |     ^
  → Write sha256: and 64 hexadecimal digits.
promotions/etcd/images.yaml:9:5 warning[file/odd] "sha256:12" is not a digest
  → Write sha256: and 64 hexadecimal digits.
\`\`\`
`);
});

test("many problems are cut, and counted", () => {
  const many = Array.from({ length: 500 }, (_, line) => ({ ...problem, line, message: "x".repeat(10_000) }));
  const text = formatProblemsMarkdown(many).join("\n");
  expect(text.length).toBeLessThan(9_000);
  expect(text).toMatch(/^❌ Problems in files: 500 errors\.$/m);
  expect(text).toMatch(/^\d+ more; `mirrorform promote validate` prints all\.$/m);
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom("```", "~~~", "`````\n@everyone", "\n```\n# heading", "</details>", "<img src=x>", "x".repeat(400)),
);

test("text of files stays inside the block of code", () => {
  const hostileProblem = fc
    .record({ file: hostile, rule: hostile, message: hostile, fix: hostile })
    .map((texts): Problem => ({ ...problem, ...texts }));
  fc.assert(
    fc.property(fc.array(hostileProblem, { minLength: 1, maxLength: 30 }), (problems) => {
      const lines = formatProblemsMarkdown(problems);
      const start = lines.findIndex((line) => /^`{3,}text$/.test(line));
      const fence = lines[start]?.replace("text", "") ?? "";
      const block = lines
        .slice(start + 1)
        .join("\n")
        .split("\n");
      const end = block.indexOf(fence);
      // The first line that could end the block is the last of what the files say.
      const closing = block.findIndex((line) => /^ {0,3}`{3,}\s*$/.test(line) && line.trim().length >= fence.length);
      expect(closing).toBe(end);
      const after = block.slice(end + 1).filter((line) => line !== "");
      expect(after.length).toBeLessThanOrEqual(1);
      for (const line of after) expect(line).toMatch(/^\d+ more; `mirrorform promote validate` prints all\.$/);
      expect(lines.slice(0, start)).toEqual(["", expect.stringMatching(/^❌ Problems in files: \d+ errors?\.$/), ""]);
    }),
    runs(200),
  );
});
