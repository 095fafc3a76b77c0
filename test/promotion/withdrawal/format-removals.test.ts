import { formatAuditLines } from "../../../promotion/run/format-audit-lines";
import { formatReportMarkdown } from "../../../promotion/run/format-report-markdown";
import type { RunReport } from "../../../promotion/run/run-report";
import type { RemovalReport } from "../../../promotion/withdrawal/removal-report";
import { digestOf } from "./small-ledger";

const base = { project: "app", name: "app/a", digest: digestOf("1"), tags: ["v1"], reason: "broken" } as const;
const times = { hidden: "2026-11-20T12:00:00.000Z", after: "2026-11-27T12:00:00.000Z" } as const;

const removals: readonly RemovalReport[] = [
  {
    ...base,
    ...times,
    state: "delete",
    kind: "image",
    needed: { manifests: 0, blobs: 2, by: ["app/b@sha256:2"] },
    reachable: ["old/one registry"],
    targets: [
      { target: "google/us registry", state: "deleted", until: "2026-11-28T09:30:00.000Z" },
      {
        target: "aws/eu blobs",
        state: "deleted",
        until: "2026-11-28T09:31:00.000Z",
        versionsUntil: "2026-12-28T09:31:00.000Z",
      },
      { target: "old/one registry", state: "left", reason: "withdrawal is not on for old/one" },
    ],
  },
  { ...base, ...times, state: "hide", kind: "tags", reachable: ["google/us registry"], targets: [] },
  { ...base, hidden: "", after: "", state: "restore", kind: "file", name: "x", tags: [], reachable: [], targets: [] },
];

const report: RunReport = {
  format: 1,
  started: "2026-11-28T09:00:00.000Z",
  seconds: 1,
  isComplete: true,
  artifacts: [],
  findings: [],
  removals,
  source: { read: 0, distinct: 0 },
  targets: [],
};

test("a report says until when something could be downloaded, from where, and why it still can", () => {
  const lines = formatReportMarkdown(report)
    .split("\n")
    .filter((line) => line.startsWith("- "));
  expect(lines).toEqual([
    "- `app/a@sha256:000000000000 (v1)`: `hidden since 2026-11-20 12:00 UTC; google/us registry: until 2026-11-28 09:30 UTC; aws/eu blobs: until 2026-11-28 09:31 UTC (old versions stay until 2026-12-28, not public); old/one registry: still there: withdrawal is not on for old/one; 2 blobs stay for app/b@sha256:2`",
    "- `app/a:v1`: `hidden since 2026-11-20 12:00 UTC, deleted after 2026-11-27 12:00 UTC; can be downloaded from google/us registry, by those who know the address`",
    "- `x`: `shown again`",
  ]);
});

test("the audit has a line for each, and none for what only waits", () => {
  const waiting = { ...removals[1], state: "waiting" } as RemovalReport;
  const lines = formatAuditLines(
    { ...report, removals: [...removals, waiting] },
    { commit: "5b70748a0c1d", mergedBy: "alice" },
  );
  const read = lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(read.map(({ action, name, mergedBy, reachable }) => [action, name, mergedBy, reachable])).toEqual([
    ["deleted", "app/a", "alice", ["old/one registry"]],
    ["hidden", "app/a", "alice", ["google/us registry"]],
    ["restored", "x", "alice", []],
  ]);
  expect(read[0].deleted).toEqual([
    { target: "google/us registry", until: "2026-11-28T09:30:00.000Z" },
    { target: "aws/eu blobs", until: "2026-11-28T09:31:00.000Z" },
  ]);
});
