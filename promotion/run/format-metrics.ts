import { formatGauge, type Gauge } from "./format-gauge";
import type { RunReport } from "./run-report";

/**
 * A report as metrics in Prometheus's text format, for a push gateway or the text files of node_exporter. All are gauges that describe
 * the last run: a counter would have to outlive the process.
 */
export function formatMetrics(report: RunReport): string {
  const { artifacts, source, targets } = report;
  const count = (origin: string) => artifacts.filter((artifact) => artifact.origin === origin).length;
  const perTarget = (read: (target: RunReport["targets"][number]) => number) =>
    targets.map((target) => ({ labels: { target: target.target }, value: read(target) }));
  const states = ["there", "written", "waiting", "failed", "unread"] as const;
  const names = [...new Set(artifacts.flatMap((artifact) => artifact.targets.map(({ target }) => target)))].sort();
  const outcomes = names.flatMap((target) =>
    states.map((state) => {
      const outcome = artifacts.filter((each) =>
        each.targets.some((one) => one.target === target && one.state === state),
      );
      return { labels: { target, state }, value: outcome.length };
    }),
  );
  const metrics: Gauge[] = [
    metric("start_timestamp_seconds", "When the run began.", Date.parse(report.started) / 1000),
    metric("duration_seconds", "How long the run took.", report.seconds),
    metric("complete", "1 if everything that is promised is everywhere, otherwise 0.", report.isComplete ? 1 : 0),
    {
      name: "artifacts",
      help: "Artifacts of the plan, by what became of them at the origin.",
      samples: ["shown", "held", "failed"].map((origin) => ({ labels: { origin }, value: count(origin) })),
    },
    { name: "target_artifacts", help: "Artifacts of the plan, by what became of them at a target.", samples: outcomes },
    metric("source_read_bytes", "Bytes that were read from staging.", source.read),
    metric("source_distinct_bytes", "Bytes of the distinct blobs and files that some target lacked.", source.distinct),
    { name: "target_written_bytes", help: "Bytes that were uploaded.", samples: perTarget(({ bytes }) => bytes) },
    { name: "target_objects", help: "Objects that were uploaded.", samples: perTarget(({ objects }) => objects) },
    { name: "target_mounted", help: "Blobs that were mounted.", samples: perTarget(({ mounted }) => mounted) },
    { name: "target_tags", help: "Tags that were set.", samples: perTarget(({ tags }) => tags) },
    {
      name: "target_given_up",
      help: "1 if the target was given up after failures, otherwise 0.",
      samples: perTarget(({ givenUp }) => (givenUp === undefined ? 0 : 1)),
    },
  ];
  return [...metrics, ...listLedgerMetrics(report)].map((each) => formatGauge("mirrorform_promotion", each)).join("");
}

function listLedgerMetrics({ ledger }: RunReport): Gauge[] {
  if (!ledger) return [];
  const targets = Object.entries(ledger.complete).map(([target, value]) => ({ labels: { target }, value }));
  return [
    metric("newest", "The number of the newest promotion.", ledger.newest),
    metric("index_objects", "Manifests, blobs and files in the index for redirectors.", ledger.objects),
    {
      name: "target_newest",
      help: "The number of the promotion up to which a target is verified to be complete.",
      samples: targets,
    },
  ];
}

function metric(name: string, help: string, value: number): Gauge {
  return { name, help, samples: [{ value }] };
}
