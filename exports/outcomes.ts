import { type LabelledPrefix, listDisjointPrefixes } from "../networks/list-disjoint-prefixes";
import { type Answer, redirectHeaders } from "../routing/answer";
import type { ContentClass } from "../routing/asked";
import { rankingOf } from "../routing/candidates";
import { formatGap, type OriginGap, originGaps } from "../routing/origin-gaps";
import type { Network, RoutingTable, TableMirror } from "../routing/routing-table";
import { requirements } from "../routing/standing";
import { type Inexpressible, mirrorEntry, NotExportable } from "./not-exportable";

/** The mirror per class, for the clients of some networks. Classes that no host serves are missing. */
export type Outcome = Readonly<Partial<Record<ContentClass, TableMirror>>>;

/** A routing table in exportable form: outcomes, and prefixes that map to them. */
export interface Outcomes {
  /** The first is for unknown clients. */
  readonly all: readonly Outcome[];
  /** Prefixes that do not overlap, each with an index into `all`; the addresses of the first outcome are in none. */
  readonly prefixes: readonly LabelledPrefix<number>[];
  /** Mirrors that may hold less than the origin, and which therefore get no clients, because configurations cannot probe. */
  readonly leftOut: readonly TableMirror[];
}

const classesOf: Readonly<Record<"images" | "files", readonly ContentClass[]>> = {
  images: ["blob", "manifest", "signature", "referrers", "tag-list"],
  files: ["file", "metadata", "directory"],
};

/** The classes that a table's hosts serve. */
function servedClasses({ content }: RoutingTable): ContentClass[] {
  return [...new Set(content.hosts.flatMap(({ serves }) => serves.flatMap((kind) => classesOf[kind])))];
}

/** Whether the answer for a class depends on the client. */
function isPersonal(table: RoutingTable, of: ContentClass): boolean {
  return table.hasReplicas || !requirements[of].trusted;
}

/** A redirect's headers other than its location, for a class. */
export function contentHeaders(table: RoutingTable, of: ContentClass): Answer["headers"] {
  return redirectHeaders(of, isPersonal(table, of));
}

/** The mirror that answers for a class in each outcome. */
export function mirrorsOf({ all }: Outcomes, table: RoutingTable, of: ContentClass): TableMirror[] {
  return all.map((outcome) => outcome[of] ?? table.origin);
}

function isAlwaysHeld(table: RoutingTable, mirror: TableMirror): boolean {
  return mirror.complete || mirror === table.origin;
}

/** The best complete mirrors; several if only the client's address decides between them. */
function firstComplete(table: RoutingTable, network: Network, of: ContentClass, today: string): TableMirror[] {
  for (const group of rankingOf(table, network, of, today).groups) {
    const complete = group.map(({ mirror }) => mirror).filter((mirror) => isAlwaysHeld(table, mirror));
    if (complete.length > 0) return complete;
  }
  return [table.origin];
}

function describeTie(ids: string): Inexpressible {
  const [first = "", ...others] = ids.split(" ");
  return {
    entry: mirrorEntry(first),
    problem: `shares clients with ${others.map(mirrorEntry).join(" and ")}: the choice is hashed from client and object, which a configuration cannot compute`,
    fix: "Keep a weight on only one of them, or remove `presence: complete` from the others.",
  };
}

function describeGap(origin: string, gap: OriginGap): Inexpressible {
  return {
    entry: mirrorEntry(origin),
    problem: `${formatGap(origin, gap)}: no mirror can serve the remaining clients`,
    fix:
      gap.awaits === "deployment"
        ? "Deploy it, run `mirrorform facts` to update deployed.yaml, and export again."
        : "Choose an origin that serves it: `mirrorform validate` names one.",
  };
}

/** Networks with the same mirrors share an outcome. */
class Collector {
  readonly all: Outcome[] = [];
  readonly ties = new Set<string>();
  readonly #numbers = new Map<string, number>();

  constructor(
    readonly table: RoutingTable,
    readonly today: string,
  ) {}

  /** The number of a network's outcome. */
  numberOf(network: Network): number {
    const classes = servedClasses(this.table);
    const outcome = Object.fromEntries(classes.map((of) => [of, this.#mirrorFor(network, of)]));
    const key = classes.map((of) => outcome[of]?.id).join();
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.all.length);
    return this.all.push(outcome) - 1;
  }

  #mirrorFor(network: Network, of: ContentClass): TableMirror {
    if (!isPersonal(this.table, of)) return this.table.origin;
    const [first = this.table.origin, ...others] = firstComplete(this.table, network, of, this.today);
    if (others.length > 0) this.ties.add([first, ...others].map(({ id }) => id).join(" "));
    return first;
  }
}

/**
 * What a table decides for each network without probing: only complete mirrors and the origin answer.
 *
 * @param today YYYY-MM-DD, UTC: credits end with days
 * @throws NotExportable if several mirrors share clients, or the origin cannot serve what the hosts do
 */
export function outcomesOf(table: RoutingTable, today: string): Outcomes {
  const gaps = originGaps(table);
  if (gaps.length > 0) throw new NotExportable(gaps.map((gap) => describeGap(table.origin.id, gap)));
  const collector = new Collector(table, today);
  collector.numberOf({});
  const numbers = table.content.networks.map((network) => collector.numberOf(network));
  if (collector.ties.size > 0) throw new NotExportable([...collector.ties].sort().map(describeTie));
  return {
    all: collector.all,
    prefixes: listDisjointPrefixes(table.prefixes, (answer) => numbers[answer] || undefined),
    leftOut: table.content.mirrors.filter(
      (mirror) => !isAlwaysHeld(table, mirror) && mirror.state !== "retired" && (mirror.blobs ?? mirror.files),
    ),
  };
}
