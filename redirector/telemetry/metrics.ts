import type { MetricObjectWithValues, MetricValueWithName, PrometheusContentType, Registry } from "prom-client";
import type { Decision } from "../../routing/decide";
import type { TableMirror } from "../../routing/routing-table";
import type { BreakerState } from "../presence/circuit-breaker";
import type { QuestionKind, QuestionOutcome } from "../presence/mirror-question";
import type { OverlayEvent } from "../tables/live-overlay";
import type { TableEvent } from "../tables/live-table";
import { DecisionCache } from "./decision-cache";
import { decisionReason } from "./decision-reason";
import { DurationCounts } from "./duration-counts";
import { LabelTree } from "./label-tree";

/** What metrics report about the routing table in force. */
export interface TableFacts {
  /** The last change of its inputs, an ISO time. */
  readonly issued: string;
  readonly loaded: Date;
  /** SHA-256, hexadecimal. */
  readonly checksum: string;
  /** How many prefixes it has. */
  readonly prefixes: number;
  readonly mirrors: readonly Pick<TableMirror, "state">[];
  /** The published ranges that it was compiled from; `asOf` is an ISO date or time. */
  readonly ranges: readonly { readonly name: string; readonly asOf: string }[];
}

/** What metrics report about the overlay in force. */
export interface OverlayFacts {
  /** An ISO time. */
  readonly issued: string;
  readonly loaded: Date;
  /** The number of the newest promotion; 0 if there is no index of what was promoted. */
  readonly newest: number;
  /** How many objects were promoted. */
  readonly objects: number;
  /** How many manifests, tags, blobs and files are withdrawn. */
  readonly withdrawals: number;
}

/** One mirror's circuit breaker. */
export interface BreakerFact {
  readonly mirror: string;
  readonly state: BreakerState;
}

/** What is read when metrics are requested. */
export interface MetricsSources {
  /** The version of this program. */
  readonly version: string;
  table(): TableFacts;
  /** @returns undefined if there is none. @default there is none */
  overlay?(): OverlayFacts | undefined;
  breakers(): Iterable<BreakerFact>;
  /** Log lines dropped since start. */
  droppedLines(): number;
}

const breakerStates: readonly BreakerState[] = ["closed", "open", "probing"];
const mirrorStates: readonly TableMirror["state"][] = ["active", "draining", "retired"];
/** Seconds: 50 µs to 500 ms. Answers from memory are in the first buckets; above 300 ms, a mirror did not answer. */
const requestBounds = [5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.35, 0.5];
/** Seconds: from a mirror in the same building to the timeout of a question. */
const checkBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5];
/**
 * The label for a missing value: no provider is known, or no mirror answers. Mirror ids always contain a slash, so none
 * is equal to it.
 */
const none = "none";

type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [labels: Labels, value: number];

/** A metric with one number per combination of labels. */
interface Family {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly samples: () => Iterable<Sample>;
}

/** A metric with one distribution per combination of labels. */
interface Distribution {
  readonly name: string;
  readonly help: string;
  readonly distributions: () => Iterable<readonly [Labels, DurationCounts]>;
}

const secondsOf = (time: string): number => Date.parse(time) / 1000;

function* samplesOf(tree: LabelTree<Tally>, names: readonly string[]): Generator<Sample> {
  for (const [labels, { count }] of tree.leaves()) {
    yield [Object.fromEntries(names.map((name, index) => [name, labels[index] ?? ""])), count];
  }
}

/** The number of occurrences. */
interface Tally {
  count: number;
}

/** The count for the labels that lead to a branch. */
function tallyAt(branch: LabelTree<Tally>): Tally {
  branch.leaf ??= { count: 0 };
  return branch.leaf;
}

function bucketValues(name: string, labels: Labels, counts: DurationCounts): MetricValueWithName<string>[] {
  const cumulative = counts.cumulative();
  const total = cumulative.at(-1) ?? 0;
  const buckets = cumulative.map((value, index) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le: String(counts.bounds[index] ?? "+Inf") },
    value,
  }));
  const sum = { metricName: `${name}_sum`, labels, value: counts.sum };
  return [...buckets, sum, { metricName: `${name}_count`, labels, value: total }];
}

/** The name and version of the runtime: `node 24.1.0`, `bun 1.3.0`. */
function runtime(): string {
  const { bun, node } = process.versions;
  return bun === undefined ? `node ${node}` : `bun ${bun}`;
}

/**
 * What Prometheus's client libraries report about every process:
 * https://prometheus.io/docs/instrumenting/writing_clientlibs/
 */
const processGauges: readonly Family[] = [
  {
    name: "process_resident_memory_bytes",
    help: "Resident memory size.",
    samples: () => [[{}, process.memoryUsage.rss()]],
  },
  {
    name: "process_start_time_seconds",
    help: "Start time of the process, since 1970.",
    samples: () => [[{}, performance.timeOrigin / 1000]],
  },
];

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The parts that are used: the whole package is a tenth of the program of the Lambda. */
function loadPromClient(): Pick<typeof import("prom-client"), "Counter" | "Gauge" | "Registry"> {
  return {
    Counter: require("prom-client/lib/counter"),
    Gauge: require("prom-client/lib/gauge"),
    Registry: require("prom-client/lib/registry"),
  };
}

/**
 * The redirector's metrics, in Prometheus's text format.
 *
 * Every request is counted in our own counters, which takes a few look-ups; prom-client, which formats the text, reads
 * them when the text is requested. Only then is it loaded, because that takes as long as the rest of the start.
 *
 * Labels come from the routing table and from fixed sets, never from a request.
 */
export class RedirectorMetrics {
  /** The `Content-Type` of `text()`. */
  readonly contentType: PrometheusContentType = "text/plain; version=0.0.4; charset=utf-8";
  readonly #sources: MetricsSources;
  /** By mirror, class, provider, status and reason. */
  readonly #decisions = new LabelTree<Tally>();
  /** The same counts, in the form in which requests look them up. */
  #tallies = this.#createTallyCache();
  readonly #durations = new DurationCounts(requestBounds);
  /** By mirror, kind and outcome. */
  readonly #checks = new LabelTree<Tally>();
  /** By kind. */
  readonly #checkDurations = new LabelTree<DurationCounts>();
  /** By result. */
  readonly #loads = new LabelTree<Tally>();
  /** By result. */
  readonly #overlayLoads = new LabelTree<Tally>();
  #failures = 0;
  #registry: Registry | undefined;

  constructor(sources: MetricsSources) {
    this.#sources = sources;
  }

  /** Counts a decision, and the time until its request was answered. */
  countDecision(decision: Decision, milliseconds?: number): void {
    this.#tallies.find(decision).count++;
    if (milliseconds !== undefined) this.#durations.add(milliseconds / 1000);
  }

  /** Counts a question to a mirror. */
  countQuestion(mirror: string, kind: QuestionKind, outcome: QuestionOutcome, seconds: number): void {
    tallyAt(this.#checks.at(mirror).at(kind).at(outcome)).count++;
    const branch = this.#checkDurations.at(kind);
    branch.leaf ??= new DurationCounts(checkBounds);
    branch.leaf.add(seconds);
  }

  /** Whether a mirror has answered a question, or failed to, since the start. */
  hasAsked(mirror: string): boolean {
    return [...this.#checks.at(mirror).leaves()].some(([[, outcome]]) => outcome !== "abandoned");
  }

  /**
   * Drops the series of mirrors that are no longer in the table: otherwise a process that runs for months would
   * report every mirror that ever existed. A mirror that comes back counts from zero, as after a restart.
   */
  keepOnly(mirrors: readonly Pick<TableMirror, "id">[]): void {
    const ids = new Set(mirrors.map(({ id }) => id));
    this.#checks.keepOnly(ids);
    this.#decisions.keepOnly(ids.add(none));
    this.#tallies = this.#createTallyCache();
  }

  /** Counts a check for a new routing table. */
  countTableLoad(result: TableEvent["outcome"]): void {
    tallyAt(this.#loads.at(result)).count++;
  }

  /** Counts a check for a new overlay. */
  countOverlayLoad(result: OverlayEvent["outcome"]): void {
    tallyAt(this.#overlayLoads.at(result)).count++;
  }

  /** Counts one request that was answered with status 500. */
  countFailure(): void {
    this.#failures++;
  }

  /** How many clients were sent to each mirror since the start; mirrors that got none are missing. */
  decisionsByMirror(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const [[mirror], { count }] of this.#decisions.leaves()) {
      if (typeof mirror === "string" && mirror !== none) sums.set(mirror, (sums.get(mirror) ?? 0) + count);
    }
    return sums;
  }

  /** All metrics as they are now, in Prometheus's text format, version 0.0.4. */
  async text(): Promise<string> {
    this.#registry ??= this.#register();
    return this.#registry.metrics();
  }

  #createTallyCache(): DecisionCache<Tally> {
    return new DecisionCache((decision) => {
      const { asked, network, mirror = none, status } = decision;
      const { provider = none } = network;
      const labels = [mirror, asked.class, provider, status, decisionReason(decision)];
      return tallyAt(labels.reduce((branch: LabelTree<Tally>, label) => branch.at(label), this.#decisions));
    });
  }

  #register(): Registry {
    const { Counter, Gauge, Registry } = loadPromClient();
    const registry = new Registry();
    for (const { samples, labels = [], ...named } of this.#counters()) {
      new Counter({
        ...named,
        labelNames: labels,
        registers: [registry],
        collect() {
          this.reset();
          for (const [values, count] of samples()) this.inc(values, count);
        },
      });
    }
    for (const { samples, labels = [], ...named } of this.#gauges()) {
      new Gauge({
        ...named,
        labelNames: labels,
        registers: [registry],
        collect() {
          this.reset();
          // prom-client would report 0 for a gauge without labels that has no sample.
          if (labels.length === 0) this.remove();
          for (const [values, value] of samples()) if (Number.isFinite(value)) this.set(values, value);
        },
      });
    }
    // prom-client's own histogram counts observations and cannot be set to counts, so this one uses our values.
    class OurHistogram extends Counter {
      readonly #distribution: Distribution;

      constructor(distribution: Distribution) {
        super({ name: distribution.name, help: distribution.help, registers: [registry] });
        this.#distribution = distribution;
      }

      override async get(): Promise<MetricObjectWithValues<MetricValueWithName<string>>> {
        const { name, distributions } = this.#distribution;
        const values = [...distributions()].flatMap(([labels, counts]) => bucketValues(name, labels, counts));
        return Object.assign(await super.get(), { type: "histogram", values });
      }
    }
    for (const distribution of this.#distributions()) new OurHistogram(distribution);
    return registry;
  }

  #counters(): Family[] {
    const decisionLabels = ["mirror", "class", "provider", "status", "reason"];
    const checkLabels = ["mirror", "kind", "outcome"];
    return [
      {
        name: "mirrorform_decisions_total",
        help: "Decisions on requests.",
        labels: decisionLabels,
        samples: () => samplesOf(this.#decisions, decisionLabels),
      },
      {
        name: "mirrorform_presence_checks_total",
        help: "Questions to mirrors whether they hold an object.",
        labels: checkLabels,
        samples: () => samplesOf(this.#checks, checkLabels),
      },
      {
        name: "mirrorform_table_loads_total",
        help: "Checks for a new routing table.",
        labels: ["result"],
        samples: () => samplesOf(this.#loads, ["result"]),
      },
      {
        name: "mirrorform_overlay_loads_total",
        help: "Checks for a new overlay.",
        labels: ["result"],
        samples: () => samplesOf(this.#overlayLoads, ["result"]),
      },
      {
        name: "mirrorform_failures_total",
        help: "Requests that were answered with 500 because of an internal error.",
        samples: () => [[{}, this.#failures]],
      },
      {
        name: "mirrorform_log_lines_dropped_total",
        help: "Log lines that were dropped because the reader was too slow or writing failed.",
        samples: () => [[{}, this.#sources.droppedLines()]],
      },
      {
        name: "process_cpu_seconds_total",
        help: "CPU time used, in user and system mode.",
        samples: () => [[{}, processorSeconds()]],
      },
    ];
  }

  #distributions(): Distribution[] {
    return [
      {
        name: "mirrorform_request_duration_seconds",
        help: "Time from a request's headers to its answer.",
        distributions: () => [[{}, this.#durations]],
      },
      {
        name: "mirrorform_presence_check_duration_seconds",
        help: "Time that mirrors took to answer a question.",
        distributions: () => Array.from(this.#checkDurations.leaves(), ([[kind = ""], counts]) => [{ kind }, counts]),
      },
    ];
  }

  #gauges(): Family[] {
    return [
      ...this.#tableGauges(),
      ...this.#overlayGauges(),
      this.#breakerGauge(),
      this.#buildGauge(),
      ...processGauges,
    ];
  }

  #breakerGauge(): Family {
    return {
      name: "mirrorform_breaker_state",
      help: "1 for the current state of a mirror's circuit breaker, 0 for the others.",
      labels: ["mirror", "state"],
      samples: () =>
        Array.from(this.#sources.breakers()).flatMap(({ mirror, state }) =>
          breakerStates.map((each): Sample => [{ mirror, state: each }, Number(each === state)]),
        ),
    };
  }

  #buildGauge(): Family {
    const labels = { version: this.#sources.version, runtime: runtime() };
    return {
      name: "mirrorform_build_info",
      help: "Always 1; the version of the program and of its runtime.",
      labels: Object.keys(labels),
      samples: () => [[labels, 1]],
    };
  }

  /** Without an overlay they have no samples. */
  #overlayGauges(): Family[] {
    const gauge = (name: string, help: string, value: (facts: OverlayFacts) => number): Family => ({
      name: `mirrorform_overlay_${name}`,
      help,
      samples: () => {
        const facts = this.#sources.overlay?.();
        return facts === undefined ? [] : [[{}, value(facts)]];
      },
    });
    return [
      gauge("issued_timestamp_seconds", "When the overlay was published.", ({ issued }) => secondsOf(issued)),
      gauge("loaded_timestamp_seconds", "When the overlay was loaded.", ({ loaded }) => loaded.getTime() / 1000),
      gauge("promotion", "Number of the newest promotion in the overlay.", ({ newest }) => newest),
      gauge("objects", "Promoted objects in the overlay.", ({ objects }) => objects),
      gauge("withdrawals", "Withdrawn manifests, tags, blobs and files in the overlay.", (facts) => facts.withdrawals),
    ];
  }

  #tableGauges(): Family[] {
    const table = () => this.#sources.table();
    return [
      {
        name: "mirrorform_table_issued_timestamp_seconds",
        help: "When the routing table's inputs last changed.",
        samples: () => [[{}, secondsOf(table().issued)]],
      },
      {
        name: "mirrorform_table_loaded_timestamp_seconds",
        help: "When the routing table was loaded.",
        samples: () => [[{}, table().loaded.getTime() / 1000]],
      },
      {
        name: "mirrorform_table_info",
        help: "Always 1; the checksum of the routing table in force.",
        labels: ["checksum"],
        samples: () => [[{ checksum: table().checksum }, 1]],
      },
      {
        name: "mirrorform_table_prefixes",
        help: "Prefixes in the routing table.",
        samples: () => [[{}, table().prefixes]],
      },
      {
        name: "mirrorform_table_mirrors",
        help: "Mirrors in the routing table.",
        labels: ["state"],
        samples: () => {
          const { mirrors } = table();
          return mirrorStates.map((state) => [{ state }, mirrors.filter((mirror) => mirror.state === state).length]);
        },
      },
      {
        name: "mirrorform_range_as_of_timestamp_seconds",
        help: "When each list of address ranges was published.",
        labels: ["name"],
        samples: () => table().ranges.map(({ name, asOf }) => [{ name }, secondsOf(asOf)]),
      },
    ];
  }
}
