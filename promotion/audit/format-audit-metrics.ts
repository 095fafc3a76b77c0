import { formatGauge, type Gauge } from "../run/format-gauge";
import type { AuditReport } from "./audit-report";

/** A report as metrics in Prometheus's text format: gauges that describe the last audit. */
export function formatAuditMetrics({ started, seconds, isClean, pending, targets }: AuditReport): string {
  const states = ["there", "missing", "other", "unread"] as const;
  const gauges: Gauge[] = [
    single("start_timestamp_seconds", "When the audit began.", Date.parse(started) / 1000),
    single("duration_seconds", "How long the audit took.", seconds),
    single("clean", "1 if nothing is wrong, otherwise 0.", isClean ? 1 : 0),
    single("pending_artifacts", "Promised artifacts that no run has promoted yet.", pending),
    {
      name: "target_artifacts",
      help: "Promoted artifacts, by what was found at a target.",
      samples: targets.flatMap((each) =>
        states.map((state) => ({ labels: { target: each.target, state }, value: each[state] })),
      ),
    },
    {
      name: "target_unexpected",
      help: "Objects, tags, digests and repositories that nobody promoted, at targets that list them.",
      samples: targets.flatMap(({ target, unexpected }) =>
        unexpected === undefined ? [] : [{ labels: { target }, value: unexpected }],
      ),
    },
    {
      name: "target_read_bytes",
      help: "Bytes that were read and hashed.",
      samples: targets.map(({ target, read }) => ({ labels: { target }, value: read.bytes })),
    },
  ];
  return gauges.map((gauge) => formatGauge("mirrorform_audit", gauge)).join("");
}

function single(name: string, help: string, value: number): Gauge {
  return { name, help, samples: [{ value }] };
}
