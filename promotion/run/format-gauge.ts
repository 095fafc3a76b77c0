/** A metric of the last run or audit. */
export interface Gauge {
  /** Without the prefix that all have in common. */
  readonly name: string;
  readonly help: string;
  readonly samples: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

/** A metric in Prometheus's text format ("Exposition formats"); nothing if it has no samples. */
export function formatGauge(prefix: string, { name, help, samples }: Gauge): string {
  const full = `${prefix}_${name}`;
  const lines = samples.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text.replace(/["\\\n]/g, "_")}"`);
    return `${full}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}\n`;
  });
  return lines.length === 0 ? "" : `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${lines.join("")}`;
}
