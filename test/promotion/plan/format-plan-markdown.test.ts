import fc from "fast-check";
import { computePlan } from "../../../promotion/plan/compute-plan";
import { formatBytes } from "../../../promotion/plan/format-bytes";
import { formatPlanMarkdown } from "../../../promotion/plan/format-plan-markdown";
import type { Plan, PlanFinding } from "../../../promotion/plan/plan";
import { summarizePlan } from "../../../promotion/plan/summarize-plan";
import { runs } from "../../property-runs";
import { createWorld, digest, promise, promiseFiles, type ShortWorld } from "./small-world";

const images = promise({ "a@000": ["v1"], "b@111": ["v1", "v2"], "b@222": ["v3"], "c@333": ["v1"] });
const promoted = { ...images, files: promiseFiles({ "app/kops": "one" }).files };
const scene: ShortWorld = {
  source: { "a@000": ["v1"], "b@111": ["v1"], "c@333": [] },
  sourceFiles: { kops: "one" },
  targets: {
    "aws/x": { complete: ["333"], files: {} },
    "google/y": { images: { "b@111": ["v1"], "c@333": ["v1"] } },
  },
};
const plan = computePlan(promoted, createWorld(promoted, scene), () => false);

test("a comment begins with the summary and what is wrong, and folds the details", () => {
  expect(formatPlanMarkdown(plan)).toMatchInlineSnapshot(`
"### Promotion plan

**2 images and 1 file** to copy (7 B and more) to 3 targets. In place already: 1 image, 0 files. 1 error, 0 warnings.

- ❌ lost: \`b:v3 is lost: gcr.io/foo/b does not have sha256:3232320000000000000000000000000000000000000000000000000000000000\`<br>\`Publish it in staging, or correct or remove the entry in images/app/images.yaml:3:5.\`

<details>
<summary>By mirror</summary>

| target | images | only tags | files | at most |
| --- | --- | --- | --- | --- |
| \`aws/x blobs\` | 2 | 0 | 0 | unknown |
| \`aws/x files\` | 0 | 0 | 1 | 7 B |
| \`google/y registry\` | 1 | 1 | 0 | unknown |

</details>

<details>
<summary>By project</summary>

| project | images | files | at most | errors | warnings |
| --- | --- | --- | --- | --- | --- |
| \`app\` | 2 | 1 | 7 B and more | 1 | 0 |

</details>

<details>
<summary>All artifacts (3)</summary>

| artifact | what | digest | targets |
| --- | --- | --- | --- |
| \`a\` | \`v1\` | \`sha256:303030000000\` | 2 |
| \`b\` | \`v2\` | \`sha256:313131000000\` | 2 |
| \`app/kops\` | new | \`6f6e65000000\` | 1 |

</details>
"
`);
});

test("figures by target and project", () => {
  expect(summarizePlan(plan)).toMatchInlineSnapshot(`
{
  "bytes": 7,
  "errors": 1,
  "files": 1,
  "images": 2,
  "isAtLeast": true,
  "projects": [
    {
      "bytes": 7,
      "errors": 1,
      "files": 1,
      "images": 2,
      "isAtLeast": true,
      "project": "app",
      "warnings": 0,
    },
  ],
  "targets": [
    {
      "bytes": 0,
      "files": 0,
      "images": 2,
      "isAtLeast": true,
      "tagged": 0,
      "target": "aws/x blobs",
    },
    {
      "bytes": 7,
      "files": 1,
      "images": 0,
      "isAtLeast": false,
      "tagged": 0,
      "target": "aws/x files",
    },
    {
      "bytes": 0,
      "files": 0,
      "images": 1,
      "isAtLeast": true,
      "tagged": 1,
      "target": "google/y registry",
    },
  ],
  "warnings": 0,
}
`);
});

test("nothing to do", () => {
  const nothing = computePlan(promise({}), createWorld(promise({}), { targets: {} }), () => false);
  const since = { ...nothing, since: "0123456789abcdef0123456789abcdef01234567" };
  expect(formatPlanMarkdown(since)).toBe(
    "### Promotion plan\n\nNothing to copy. Only entries that changed since `0123456789ab` are planned.\n",
  );
});

/** What is outside of code spans. */
function outsideCode(markdown: string): string {
  return markdown.replace(/`[^`\n]*`/g, "CODE");
}

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "`</details>",
    "@everyone",
    "| a | b |",
    "\n# heading",
    "![x](https://evil.example/x.png)",
    "<img src=x>",
    "\\",
    "``",
  ),
);

test("text from manifests and servers has no effect on the comment", () => {
  const finding = fc
    .record({ message: hostile, fix: hostile })
    .map((texts): PlanFinding => ({ kind: "lost", severity: "error", ...texts }));
  const calm = formatPlanMarkdown({ ...plan, findings: [{ kind: "lost", severity: "error", message: "m", fix: "f" }] });
  fc.assert(
    fc.property(finding, hostile, (found, name) => {
      const images = plan.images.map((image) => ({ ...image, repository: name }));
      const markdown = formatPlanMarkdown({ ...plan, images, findings: [found] });
      expect(outsideCode(markdown)).toBe(outsideCode(calm));
    }),
    runs(300),
  );
});

test("a plan of everything still fits into a comment, with all details closed", () => {
  const [image] = plan.images;
  if (!image) throw new Error("no image");
  const many = Array.from({ length: 3_000 }, (_, number) => ({ ...image, digest: digest(`${number}`) }));
  const findings = Array.from({ length: 500 }, (): PlanFinding => {
    const text = "a long message ".repeat(40);
    return { kind: "moved", severity: "error", project: "app", message: text, fix: text };
  });
  const large: Plan = { ...plan, images: many, findings };
  const markdown = formatPlanMarkdown(large);
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown.match(/<details>/g)).toHaveLength(markdown.match(/<\/details>/g)?.length ?? 0);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1_000, "1.0 kB"],
  [1_540_000, "1.5 MB"],
  [9_960_000, "10 MB"],
  [999_600_000, "1.0 GB"],
  [5e18, "5000 PB"],
])("%p bytes are %p", (bytes, text) => expect(formatBytes(bytes)).toBe(text));
