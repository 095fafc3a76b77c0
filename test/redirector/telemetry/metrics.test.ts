import fc from "fast-check";
import { Registry } from "prom-client";
import { reservedProviderNames } from "../../../inventory/names";
import { parseAddress } from "../../../networks/parsed-address";
import { type MetricsSources, RedirectorMetrics } from "../../../redirector/telemetry/metrics";
import { assumeAllHeld } from "../../../routing/conditions";
import { type Decision, decide } from "../../../routing/decide";
import { runs } from "../../property-runs";
import { fixture, inventoryOf, tableOf } from "../../routing/tables";

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Exposed {
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

const name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const number = "[+-]?(?:Inf|\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?)|NaN";
const sampleLine = new RegExp(`^(${name})(?:\\{(${label}(?:,${label})*)\\})? (${number})$`);
const commentLine = new RegExp(`^# (HELP|TYPE) (${name}) (.+)$`);
const suffixes: Readonly<Record<string, RegExp>> = { counter: /^$/, gauge: /^$/, histogram: /^_(?:bucket|sum|count)$/ };

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, key = "", value = ""] of text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g)) {
    if (key in labels) throw new Error(`label ${key} twice: ${text}`);
    labels[key] = value.replace(/\\(.)/g, (_, char) => (char === "n" ? "\n" : char));
  }
  return labels;
}

/**
 * Reads Prometheus's text format 0.0.4, strictly: one HELP and one TYPE for each metric, before its samples; all
 * samples of a metric together; no duplicate series; the file ends with a line break.
 */
function parseExposition(text: string): Exposed {
  if (!text.endsWith("\n")) throw new Error("no line break at the end");
  const types = new Map<string, string>();
  const helped = new Set<string>();
  const series = new Set<string>();
  const samples: Sample[] = [];
  let current = "";
  for (const line of text.split("\n").filter((each) => each !== "")) {
    const [, comment, about = "", rest = ""] = commentLine.exec(line) ?? [];
    if (comment === "HELP") {
      if (helped.has(about)) throw new Error(`HELP twice: ${about}`);
      helped.add(about);
      current = about;
      continue;
    }
    if (comment === "TYPE") {
      if (about !== current || types.has(about)) throw new Error(`a TYPE out of place: ${about}`);
      types.set(about, rest);
      continue;
    }
    const [, sample, labelText = "", value = ""] = sampleLine.exec(line) ?? [];
    if (sample === undefined) throw new Error(`not a line of the format: ${line}`);
    const suffix = suffixes[types.get(current) ?? ""];
    if (!sample.startsWith(current) || !suffix?.test(sample.slice(current.length))) {
      throw new Error(`a sample out of place: ${line}`);
    }
    const labels = labelsOf(labelText);
    const key = JSON.stringify([sample, Object.entries(labels).sort()]);
    if (series.has(key)) throw new Error(`a series twice: ${line}`);
    series.add(key);
    samples.push({ name: sample, labels, value: Number(value.replace("Inf", "Infinity")) });
  }
  return { types, samples };
}

const sources: MetricsSources = {
  version: "0.1.0",
  table: () => ({
    issued: "2026-11-20T06:00:00Z",
    loaded: new Date("2026-11-21T00:00:00.500Z"),
    checksum: "c0ffee",
    prefixes: 123_456,
    mirrors: [{ state: "active" }, { state: "active" }, { state: "draining" }],
    ranges: [
      { name: "aws", asOf: "2026-11-19" },
      { name: "broken", asOf: "yesterday" },
    ],
  }),
  overlay: () => ({
    issued: "2026-11-20T07:00:00Z",
    loaded: new Date("2026-11-21T00:01:00Z"),
    newest: 12,
    objects: 100_000,
    withdrawals: 3,
  }),
  breakers: () => [
    { mirror: "aws/us-east-1", state: "closed" },
    { mirror: "cdn/everywhere", state: "open" },
  ],
  droppedLines: () => 7,
};

const blob: Decision = {
  asked: { class: "blob", name: "pause", digest: `sha256:${"a".repeat(64)}` },
  status: 307,
  network: { provider: "aws", region: "eu-west-3" },
  location: "https://mirror.example/pause",
  mirror: "aws/us-east-1",
  grade: "near",
  personal: true,
};
const ping: Decision = { asked: { class: "ping" }, status: 200, network: {}, personal: false };

async function samplesOf(metrics: RedirectorMetrics, of: string): Promise<readonly Sample[]> {
  return parseExposition(await metrics.text()).samples.filter((sample) => sample.name.startsWith(of));
}

test("the checker of this test is strict", () => {
  const head = "# HELP a a\n# TYPE a gauge\n";
  expect(parseExposition(`${head}a{b="\\"\\\\\\n"} 1\n`).samples).toEqual([
    { name: "a", labels: { b: '"\\\n' }, value: 1 },
  ]);
  for (const wrong of [
    "a 1",
    "a{b=c} 1\n",
    "b 1\n",
    'a{b="""} 1\n',
    "a 1\na 1\n",
    "a{} 1\n",
    "a Nan\n",
    head,
    'a{b="1",b="2"} 1\n',
  ]) {
    expect(() => parseExposition(head + wrong)).toThrow();
  }
});

test("every metric is there, in Prometheus's format, and follows its naming rules", async () => {
  const metrics = new RedirectorMetrics(sources);
  metrics.countDecision(blob, 0.12);
  metrics.countQuestion("aws/us-east-1", "head", "held", 0.02);
  metrics.countTableLoad("loaded");
  metrics.countOverlayLoad("missing");
  const { types, samples } = parseExposition(await metrics.text());
  expect(metrics.contentType).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
  expect(Object.fromEntries(types)).toEqual({
    mirrorform_decisions_total: "counter",
    mirrorform_presence_checks_total: "counter",
    mirrorform_table_loads_total: "counter",
    mirrorform_overlay_loads_total: "counter",
    mirrorform_overlay_issued_timestamp_seconds: "gauge",
    mirrorform_overlay_loaded_timestamp_seconds: "gauge",
    mirrorform_overlay_promotion: "gauge",
    mirrorform_overlay_objects: "gauge",
    mirrorform_overlay_withdrawals: "gauge",
    mirrorform_failures_total: "counter",
    mirrorform_log_lines_dropped_total: "counter",
    mirrorform_request_duration_seconds: "histogram",
    mirrorform_presence_check_duration_seconds: "histogram",
    mirrorform_breaker_state: "gauge",
    mirrorform_table_issued_timestamp_seconds: "gauge",
    mirrorform_table_loaded_timestamp_seconds: "gauge",
    mirrorform_table_info: "gauge",
    mirrorform_table_prefixes: "gauge",
    mirrorform_table_mirrors: "gauge",
    mirrorform_range_as_of_timestamp_seconds: "gauge",
    mirrorform_build_info: "gauge",
    process_cpu_seconds_total: "counter",
    process_resident_memory_bytes: "gauge",
    process_start_time_seconds: "gauge",
  });
  for (const [metric, type] of types) expect(metric.endsWith("_total")).toBe(type === "counter");
  for (const metric of types.keys()) expect(samples.some((sample) => sample.name.startsWith(metric))).toBe(true);
});

test("without an overlay, there are no samples of it", async () => {
  const { overlay: _, ...others } = sources;
  expect(await samplesOf(new RedirectorMetrics(others), "mirrorform_overlay")).toEqual([]);
  expect((await samplesOf(new RedirectorMetrics(sources), "mirrorform_overlay_promotion"))[0]?.value).toBe(12);
});

test("decisions are counted by their labels", async () => {
  const metrics = new RedirectorMetrics(sources);
  for (const decision of [blob, ping, blob, { ...blob, grade: "origin" as const }]) metrics.countDecision(decision);
  const labels = { class: "blob", provider: "aws", mirror: "aws/us-east-1", status: "307" };
  const expected = [
    { name: "mirrorform_decisions_total", labels: { ...labels, reason: "near" }, value: 2 },
    { name: "mirrorform_decisions_total", labels: { ...labels, reason: "origin" }, value: 1 },
    {
      name: "mirrorform_decisions_total",
      labels: { class: "ping", provider: "none", mirror: "none", status: "200", reason: "ping" },
      value: 1,
    },
  ];
  expect(await samplesOf(metrics, "mirrorform_decisions_total")).toEqual(expected);
  expect(await samplesOf(metrics, "mirrorform_decisions_total")).toEqual(expected);
  expect([...metrics.decisionsByMirror()]).toEqual([["aws/us-east-1", 3]]);
});

test("without a provider, the label is a name that no provider may have", async () => {
  const metrics = new RedirectorMetrics(sources);
  metrics.countDecision(ping);
  const [sample] = await samplesOf(metrics, "mirrorform_decisions_total");
  expect(reservedProviderNames).toContain(sample?.labels.provider);
});

test("failures are counted, starting at 0", async () => {
  const metrics = new RedirectorMetrics(sources);
  const failures = async () => (await samplesOf(metrics, "mirrorform_failures_total")).map(({ value }) => value);
  expect(await failures()).toEqual([0]);
  metrics.countFailure();
  metrics.countFailure();
  expect(await failures()).toEqual([2]);
});

test("durations: the histogram counts each once, in every bucket whose bound it does not exceed", async () => {
  const metrics = new RedirectorMetrics(sources);
  const milliseconds = [0.05, 0.06, 3, 299, 499, 700, -1, Number.NaN];
  for (const each of milliseconds) metrics.countDecision(ping, each);
  metrics.countDecision(ping);
  const samples = await samplesOf(metrics, "mirrorform_request_duration_seconds");
  const buckets = samples.filter((sample) => sample.name.endsWith("_bucket"));
  expect(buckets.map(({ labels, value }) => [labels.le, value])).toEqual([
    ["0.00005", 3],
    ["0.0001", 4],
    ["0.00025", 4],
    ["0.0005", 4],
    ["0.001", 4],
    ["0.0025", 4],
    ["0.005", 5],
    ["0.01", 5],
    ["0.025", 5],
    ["0.05", 5],
    ["0.1", 5],
    ["0.25", 5],
    ["0.35", 6],
    ["0.5", 7],
    ["+Inf", 8],
  ]);
  expect(samples.slice(-2)).toEqual([
    { name: "mirrorform_request_duration_seconds_sum", labels: {}, value: expect.closeTo(1.50111) },
    { name: "mirrorform_request_duration_seconds_count", labels: {}, value: 8 },
  ]);
});

test("presence checks by mirror, kind and outcome, their time by kind", async () => {
  const metrics = new RedirectorMetrics(sources);
  metrics.countQuestion("aws/us-east-1", "head", "held", 0.02);
  metrics.countQuestion("aws/us-east-1", "head", "held", 0.02);
  metrics.countQuestion("cdn/everywhere", "check", "unreachable", 5);
  expect(await samplesOf(metrics, "mirrorform_presence_checks_total")).toMatchObject([
    { labels: { mirror: "aws/us-east-1", kind: "head", outcome: "held" }, value: 2 },
    { labels: { mirror: "cdn/everywhere", kind: "check", outcome: "unreachable" }, value: 1 },
  ]);
  expect(await samplesOf(metrics, "mirrorform_presence_check_duration_seconds_count")).toMatchObject([
    { labels: { kind: "head" }, value: 2 },
    { labels: { kind: "check" }, value: 1 },
  ]);
});

test("mirrors that left the table lose their series, and count from zero when they come back", async () => {
  const metrics = new RedirectorMetrics(sources);
  const gone = { ...blob, mirror: "cdn/everywhere" };
  const count = () => {
    for (const decision of [blob, gone, ping]) metrics.countDecision(decision);
    metrics.countQuestion("aws/us-east-1", "head", "held", 0.02);
    metrics.countQuestion("cdn/everywhere", "head", "held", 0.02);
  };
  const counts = async (of: string) =>
    (await samplesOf(metrics, of)).map(({ labels, value }) => [labels.mirror, value]).sort();
  count();
  metrics.keepOnly([{ id: "aws/us-east-1" }]);
  expect(await counts("mirrorform_decisions_total")).toEqual([
    ["aws/us-east-1", 1],
    ["none", 1],
  ]);
  expect(await counts("mirrorform_presence_checks_total")).toEqual([["aws/us-east-1", 1]]);
  count();
  expect(await counts("mirrorform_decisions_total")).toEqual([
    ["aws/us-east-1", 2],
    ["cdn/everywhere", 1],
    ["none", 2],
  ]);
  expect(await counts("mirrorform_presence_checks_total")).toEqual([
    ["aws/us-east-1", 2],
    ["cdn/everywhere", 1],
  ]);
});

test("table, ranges, breakers and dropped lines are read when the metrics are requested", async () => {
  const metrics = new RedirectorMetrics(sources);
  metrics.countTableLoad("loaded");
  metrics.countTableLoad("refused");
  metrics.countTableLoad("refused");
  const { samples } = parseExposition(await metrics.text());
  const found = (of: string) =>
    samples.filter((sample) => sample.name === of).map(({ labels, value }) => [labels, value]);
  expect(found("mirrorform_table_issued_timestamp_seconds")).toEqual([[{}, Date.UTC(2026, 10, 20, 6) / 1000]]);
  expect(found("mirrorform_table_loaded_timestamp_seconds")).toEqual([[{}, Date.UTC(2026, 10, 21) / 1000 + 0.5]]);
  expect(found("mirrorform_table_info")).toEqual([[{ checksum: "c0ffee" }, 1]]);
  expect(found("mirrorform_table_prefixes")).toEqual([[{}, 123_456]]);
  expect(found("mirrorform_table_mirrors")).toEqual([
    [{ state: "active" }, 2],
    [{ state: "draining" }, 1],
    [{ state: "retired" }, 0],
  ]);
  expect(found("mirrorform_range_as_of_timestamp_seconds")).toEqual([[{ name: "aws" }, Date.UTC(2026, 10, 19) / 1000]]);
  expect(found("mirrorform_breaker_state")).toEqual([
    [{ mirror: "aws/us-east-1", state: "closed" }, 1],
    [{ mirror: "aws/us-east-1", state: "open" }, 0],
    [{ mirror: "aws/us-east-1", state: "probing" }, 0],
    [{ mirror: "cdn/everywhere", state: "closed" }, 0],
    [{ mirror: "cdn/everywhere", state: "open" }, 1],
    [{ mirror: "cdn/everywhere", state: "probing" }, 0],
  ]);
  expect(found("mirrorform_table_loads_total")).toEqual([
    [{ result: "loaded" }, 1],
    [{ result: "refused" }, 2],
  ]);
  expect(found("mirrorform_log_lines_dropped_total")).toEqual([[{}, 7]]);
  expect(found("mirrorform_build_info")).toEqual([[{ version: "0.1.0", runtime: `node ${process.versions.node}` }, 1]]);
  expect(found("process_resident_memory_bytes")[0]?.[1]).toBeGreaterThan(1e6);
  expect(found("process_cpu_seconds_total")[0]?.[1]).toBeGreaterThan(0);
});

test("the format is valid for any label values", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.string({ unit: "binary", maxLength: 20 }), { maxLength: 4 }),
      async (mirrors) => {
        const metrics = new RedirectorMetrics(sources);
        for (const mirror of mirrors) metrics.countQuestion(mirror, "head", "held", 1);
        const labelled = await samplesOf(metrics, "mirrorform_presence_checks_total");
        expect(labelled.map(({ labels }) => labels.mirror)).toEqual(mirrors);
      },
    ),
    runs(30),
  );
});

test("clients cannot create label values", async () => {
  const table = tableOf(inventoryOf(fixture("small")));
  const conditions = assumeAllHeld("2026-11-21");
  const metrics = new RedirectorMetrics(sources);
  const request = fc.record({
    method: fc.oneof(fc.constantFrom("GET", "HEAD", "PUT"), fc.string()),
    target: fc.oneof(
      fc.webPath({ size: "large" }),
      fc.webPath().map((path) => `/v2${path}`),
      fc.stringMatching(/^\/v2\/[a-z]{1,9}\/(blobs|manifests|tags|referrers)\/(list|[a-z]{1,9}|sha256:[a-f0-9]{64})$/),
      fc.string({ unit: "binary" }),
    ),
    host: fc.oneof(fc.constantFrom("registry.example.org", "dl.example.org", "localhost"), fc.domain(), fc.string()),
    address: fc
      .oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom("35.180.1.77", "52.94.76.1"), fc.string())
      .map(parseAddress),
    accept: fc.oneof(fc.constantFrom("*/*", "application/json", "application/metalink4+xml"), fc.string()),
  });
  const { numRuns } = runs(300);
  fc.assert(
    fc.property(request, (each) => metrics.countDecision(decide(table, each, conditions), 0.1)),
    { numRuns },
  );
  const bounds: Readonly<Record<string, readonly string[]>> = {
    class: [
      "ping",
      "page",
      "manifest",
      "signature",
      "referrers",
      "tag-list",
      "blob",
      "file",
      "metadata",
      "directory",
    ].concat(["mirror-list", "refused"]),
    provider: ["none", ...new Set(table.content.networks.flatMap(({ provider }) => provider ?? []))],
    mirror: ["none", ...table.content.mirrors.map(({ id }) => id)],
    status: ["200", "302", "307", "400", "404", "405"],
    reason: ["own-region", "named", "pattern", "near", "own", "public", "origin", "origin-only"].concat([
      "ping",
      "page",
      "mirror-list",
      "refused",
    ]),
  };
  const decisions = await samplesOf(metrics, "mirrorform_decisions_total");
  expect(decisions.length).toBeGreaterThan(5);
  expect(decisions.reduce((sum, { value }) => sum + value, 0)).toBe(numRuns);
  for (const { labels } of decisions) {
    for (const [key, value] of Object.entries(labels)) expect(bounds[key]).toContain(value);
  }
});

test("the library that formats the text is loaded only when the text is requested", async () => {
  jest.resetModules();
  jest.doMock("prom-client/lib/registry", () => {
    throw new Error("loaded");
  });
  const fresh = jest.requireActual<typeof import("../../../redirector/telemetry/metrics")>(
    "../../../redirector/telemetry/metrics",
  );
  const metrics = new fresh.RedirectorMetrics(sources);
  metrics.countDecision(blob, 1);
  await expect(metrics.text()).rejects.toThrow("loaded");
  jest.dontMock("prom-client/lib/registry");
});
