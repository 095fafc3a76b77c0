import { formatAuditLines } from "../../../promotion/run/format-audit-lines";
import { formatDuration } from "../../../promotion/run/format-duration";
import { formatMetrics } from "../../../promotion/run/format-metrics";
import { formatProgress } from "../../../promotion/run/format-progress";
import { formatReportMarkdown } from "../../../promotion/run/format-report-markdown";
import type { RunReport } from "../../../promotion/run/run-report";

const digest = `sha256:${"a".repeat(64)}`;
const report: RunReport = {
  format: 1,
  started: "2026-11-25T10:00:00.000Z",
  seconds: 125,
  isComplete: false,
  artifacts: [
    {
      kind: "image",
      project: "kubernetes",
      name: "kubernetes/pause",
      digest,
      tags: ["3.9", "3.10"],
      bytes: 1_500_000,
      origin: "shown",
      targets: [
        { target: "aws/us-east-2 blobs", state: "written", verified: ["sha256"] },
        { target: "google/us-central1 registry", state: "there", verified: [] },
      ],
    },
    {
      kind: "file",
      project: "kops",
      name: "kops/kops|`@everyone`",
      digest,
      tags: [],
      origin: "held",
      reason: "aws/us-east-2 is required, and incomplete",
      targets: [{ target: "aws/us-east-2 files", state: "failed", verified: [], reason: "it answered\nwith 503" }],
    },
  ],
  findings: [{ kind: "lost", severity: "error", message: "pause:3.8 is lost", fix: "Publish it again." }],
  ledger: {
    promotion: 12,
    newest: 12,
    objects: 4_321,
    complete: { "aws/us-east-2 blobs": 12, "aws/us-east-2 files": 7, "azure/west files": 0 },
  },
  source: { read: 1_500_000, distinct: 1_500_000 },
  targets: [
    { target: "aws/us-east-2 blobs", objects: 3, bytes: 1_500_000, mounted: 0, tags: 0 },
    { target: "aws/us-east-2 files", objects: 0, bytes: 0, mounted: 0, tags: 0, givenUp: "503" },
  ],
};

test("Markdown: what went where, verified how; no text has an effect on it", () => {
  expect(formatReportMarkdown(report)).toMatchInlineSnapshot(`
"### Promotion

**1 artifact** shown at the origin, 1 held back, in 2 min 5 s; 1.5 MB read from staging for 1.5 MB of content.

This is promotion 12; redirectors know 4321 objects; not complete: \`aws/us-east-2 files\` (up to 7), \`azure/west files\` (up to 0).

#### Not complete

- \`kops/kops?'@everyone'\`: held: \`aws/us-east-2 is required, and incomplete\`
  - \`aws/us-east-2 files\` failed: \`it answered?u000awith 503\`

#### The plan left out

- \`pause:3.8 is lost\`<br>\`Publish it again.\`

#### Targets

| target | objects | bytes | mounted | tags |  |
| --- | --- | --- | --- | --- | --- |
| \`aws/us-east-2 blobs\` | 3 | 1.5 MB | 0 | 0 |  |
| \`aws/us-east-2 files\` | 0 | 0 B | 0 | 0 | given up: \`503\` |

#### Artifacts

| artifact | digest | size | origin | targets | verified by |
| --- | --- | --- | --- | --- | --- |
| \`kubernetes/pause:3.9,3.10\` | \`sha256:aaaaaaaaaaaa\` | 1.5 MB | shown | 2 of 2 | sha256 |
| \`kops/kops?'@everyone'\` | \`sha256:aaaaaaaaaaaa\` |  | held | 0 of 1 |  |
"
`);
  const nothing = { ...report, isComplete: true, artifacts: [], findings: [], targets: [] };
  const complete = { ...report.ledger, newest: 12, objects: 1, complete: { "aws/us-east-2 blobs": 12 } };
  const { promotion: _, ...idle } = { promotion: 12, ...complete };
  expect(formatReportMarkdown({ ...nothing, ledger: idle })).toBe(
    "### Promotion\n\nEverything was in place.\n\nThe newest promotion is 12; redirectors know 1 object; every target is complete.\n",
  );
  const { ledger, ...unkept } = nothing;
  expect(formatReportMarkdown(unkept)).toContain("No ledger is kept, and redirectors are not informed");
  const unread = {
    kind: "unreachable",
    severity: "warning",
    message: "aws/x registry: 401",
    fix: "Check it.",
  } as const;
  expect(formatReportMarkdown({ ...nothing, isComplete: false, findings: [unread] })).toContain(
    "Everything was in place at the stores that could be read.",
  );
});

test("Markdown names mirrors that could not be reached, and leaves out other warnings", () => {
  const finding = { severity: "warning", fix: "Check it." } as const;
  const findings: RunReport["findings"] = [
    { ...finding, kind: "unreachable", message: "aws/us-east-2 does not answer" },
    { ...finding, kind: "rebuilt", message: "pause:3.9 was rebuilt" },
  ];
  const markdown = formatReportMarkdown({ ...report, findings });
  expect(markdown).toContain("aws/us-east-2 does not answer");
  expect(markdown).not.toContain("rebuilt");
});

test("Markdown has the lines that a withdrawal needs", () => {
  const paste = { file: "promotions/app/withdrawn.yaml", lines: ["files:", "- name: '```'", "  reason: WHY"] };
  const finding = {
    kind: "vanished",
    severity: "error",
    message: "app/x vanished",
    fix: "Add these lines:",
    paste,
  } as const;
  expect(formatReportMarkdown({ ...report, findings: [finding] })).toContain(
    "- `app/x vanished`<br>`Add these lines:`\n  ````yaml\n  files:\n  - name: '```'\n    reason: WHY\n  ````\n",
  );
});

test("Markdown of a repair names mirrors as the source, and of a restore no ledger", () => {
  const { ledger, ...unkept } = report;
  const markdown = formatReportMarkdown({ ...unkept, isRepair: true });
  expect(markdown).toMatch(
    /^### Repair\n\n\*\*1 artifact\*\* shown .* 1.5 MB read from mirrors for 1.5 MB of content.\n\n####/,
  );
  expect(formatReportMarkdown({ ...report, isRepair: true })).toContain("This is promotion 12;");
});

test("Markdown says that manifests have errors, and claims nothing else", () => {
  const nothing: RunReport = { ...report, artifacts: [], findings: [], targets: [], isComplete: false };
  const text = formatReportMarkdown({ ...nothing, manifestErrors: 2 });
  expect(text).toContain("Nothing was promoted: there are errors.");
  expect(text).toContain("**The manifests have 2 errors**: what they concern was not promoted.");
  expect(formatReportMarkdown({ ...nothing, isComplete: true })).not.toContain("error");
});

test("metrics", () => {
  expect(formatMetrics(report)).toMatchInlineSnapshot(`
"# HELP mirrorform_promotion_start_timestamp_seconds When the run began.
# TYPE mirrorform_promotion_start_timestamp_seconds gauge
mirrorform_promotion_start_timestamp_seconds 1795600800
# HELP mirrorform_promotion_duration_seconds How long the run took.
# TYPE mirrorform_promotion_duration_seconds gauge
mirrorform_promotion_duration_seconds 125
# HELP mirrorform_promotion_complete 1 if everything that is promised is everywhere, otherwise 0.
# TYPE mirrorform_promotion_complete gauge
mirrorform_promotion_complete 0
# HELP mirrorform_promotion_artifacts Artifacts of the plan, by what became of them at the origin.
# TYPE mirrorform_promotion_artifacts gauge
mirrorform_promotion_artifacts{origin="shown"} 1
mirrorform_promotion_artifacts{origin="held"} 1
mirrorform_promotion_artifacts{origin="failed"} 0
# HELP mirrorform_promotion_target_artifacts Artifacts of the plan, by what became of them at a target.
# TYPE mirrorform_promotion_target_artifacts gauge
mirrorform_promotion_target_artifacts{target="aws/us-east-2 blobs",state="there"} 0
mirrorform_promotion_target_artifacts{target="aws/us-east-2 blobs",state="written"} 1
mirrorform_promotion_target_artifacts{target="aws/us-east-2 blobs",state="waiting"} 0
mirrorform_promotion_target_artifacts{target="aws/us-east-2 blobs",state="failed"} 0
mirrorform_promotion_target_artifacts{target="aws/us-east-2 blobs",state="unread"} 0
mirrorform_promotion_target_artifacts{target="aws/us-east-2 files",state="there"} 0
mirrorform_promotion_target_artifacts{target="aws/us-east-2 files",state="written"} 0
mirrorform_promotion_target_artifacts{target="aws/us-east-2 files",state="waiting"} 0
mirrorform_promotion_target_artifacts{target="aws/us-east-2 files",state="failed"} 1
mirrorform_promotion_target_artifacts{target="aws/us-east-2 files",state="unread"} 0
mirrorform_promotion_target_artifacts{target="google/us-central1 registry",state="there"} 1
mirrorform_promotion_target_artifacts{target="google/us-central1 registry",state="written"} 0
mirrorform_promotion_target_artifacts{target="google/us-central1 registry",state="waiting"} 0
mirrorform_promotion_target_artifacts{target="google/us-central1 registry",state="failed"} 0
mirrorform_promotion_target_artifacts{target="google/us-central1 registry",state="unread"} 0
# HELP mirrorform_promotion_source_read_bytes Bytes that were read from staging.
# TYPE mirrorform_promotion_source_read_bytes gauge
mirrorform_promotion_source_read_bytes 1500000
# HELP mirrorform_promotion_source_distinct_bytes Bytes of the distinct blobs and files that some target lacked.
# TYPE mirrorform_promotion_source_distinct_bytes gauge
mirrorform_promotion_source_distinct_bytes 1500000
# HELP mirrorform_promotion_target_written_bytes Bytes that were uploaded.
# TYPE mirrorform_promotion_target_written_bytes gauge
mirrorform_promotion_target_written_bytes{target="aws/us-east-2 blobs"} 1500000
mirrorform_promotion_target_written_bytes{target="aws/us-east-2 files"} 0
# HELP mirrorform_promotion_target_objects Objects that were uploaded.
# TYPE mirrorform_promotion_target_objects gauge
mirrorform_promotion_target_objects{target="aws/us-east-2 blobs"} 3
mirrorform_promotion_target_objects{target="aws/us-east-2 files"} 0
# HELP mirrorform_promotion_target_mounted Blobs that were mounted.
# TYPE mirrorform_promotion_target_mounted gauge
mirrorform_promotion_target_mounted{target="aws/us-east-2 blobs"} 0
mirrorform_promotion_target_mounted{target="aws/us-east-2 files"} 0
# HELP mirrorform_promotion_target_tags Tags that were set.
# TYPE mirrorform_promotion_target_tags gauge
mirrorform_promotion_target_tags{target="aws/us-east-2 blobs"} 0
mirrorform_promotion_target_tags{target="aws/us-east-2 files"} 0
# HELP mirrorform_promotion_target_given_up 1 if the target was given up after failures, otherwise 0.
# TYPE mirrorform_promotion_target_given_up gauge
mirrorform_promotion_target_given_up{target="aws/us-east-2 blobs"} 0
mirrorform_promotion_target_given_up{target="aws/us-east-2 files"} 1
# HELP mirrorform_promotion_newest The number of the newest promotion.
# TYPE mirrorform_promotion_newest gauge
mirrorform_promotion_newest 12
# HELP mirrorform_promotion_index_objects Manifests, blobs and files in the index for redirectors.
# TYPE mirrorform_promotion_index_objects gauge
mirrorform_promotion_index_objects 4321
# HELP mirrorform_promotion_target_newest The number of the promotion up to which a target is verified to be complete.
# TYPE mirrorform_promotion_target_newest gauge
mirrorform_promotion_target_newest{target="aws/us-east-2 blobs"} 12
mirrorform_promotion_target_newest{target="aws/us-east-2 files"} 7
mirrorform_promotion_target_newest{target="azure/west files"} 0
"
`);
});

test("one audit line for each artifact that reached a mirror", () => {
  const lines = formatAuditLines(report, { commit: "0123abc", mergedBy: "alice" });
  expect(
    lines
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      time: "2026-11-25T10:00:00.000Z",
      commit: "0123abc",
      mergedBy: "alice",
      project: "kubernetes",
      kind: "image",
      name: "kubernetes/pause",
      digest,
      tags: ["3.9", "3.10"],
      bytes: 1_500_000,
      origin: "shown",
      mirrors: ["aws/us-east-2", "google/us-central1"],
      verified: ["sha256"],
      incomplete: [],
    },
  ]);
});

test.each([
  [0, 0, 0, "0 B of 0 B, 0 of 0 objects"],
  [50, 100, 10, "50 B of 100 B, 0 of 0 objects, 5 B/s, 10 s left"],
  [100, 100, 10, "100 B of 100 B, 0 of 0 objects, 10 B/s"],
  // Read twice by slow mirrors: not more than there is.
  [300, 100, 10, "100 B of 100 B, 0 of 0 objects, 10 B/s"],
])("progress: %p of %p bytes in %p s", (read, distinct, seconds, expected) => {
  expect(formatProgress({ read, distinct, done: 0, objects: 0, objectsDone: 0 }, seconds)).toBe(expected);
});

test.each([
  [0.4, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [125, "2 min 5 s"],
  [3_600, "1 h"],
  [3_780, "1 h 3 min"],
])("%p seconds: %s", (seconds, expected) => {
  expect(formatDuration(seconds)).toBe(expected);
});
