import {
  between,
  type Check,
  flag,
  is,
  list,
  matching,
  object,
  oneOf,
  optional,
  type Report,
  record,
  requireValue,
  text,
  whole,
} from "../document/value-checks";
import type { MetadataChanges } from "../inventory/inventory";
import { metadataName } from "../inventory/metadata-names";
import { findPageUrlProblem } from "../networks/find-url-problem";
import type { Credit } from "./credit";
import { findEndpointProblem, type PlannedEndpoints } from "./endpoints";
import type { Network, RoutingTableContent, TableMirror } from "./table-content";

const day = matching(/^\d{4}-\d\d-\d\d$/, "a day as YYYY-MM-DD");
const place = object<NonNullable<Network["place"]>>({ latitude: between(-90, 90), longitude: between(-180, 180) });

const webAddress: Check = (value, at, report) => {
  if (typeof value !== "string") return text(value, at, report);
  const doubt = findPageUrlProblem(value)?.message;
  if (doubt !== undefined) report(`${at}:`, doubt);
};

/** Null if known only after deployment. */
const planned: Check = (value, at, report) => (value === null ? undefined : optional(text)(value, at, report));

const mirror = object<TableMirror>(
  {
    id: matching(/^[^/]+\/[^/]+$/, "PROVIDER/MIRROR"),
    provider: text,
    state: oneOf("active", "draining", "retired"),
    weight: between(0, Number.MAX_SAFE_INTEGER),
    complete: flag,
    trusted: flag,
    primary: flag,
    region: optional(text),
    place: optional(place),
    serves: optional(list(text)),
    registry: optional(text),
    blobs: optional(text),
    files: optional(text),
    planned: optional(object<PlannedEndpoints>({ registry: planned, blobs: planned, files: planned })),
  },
  (value, at, report) => {
    const doubt = findEndpointProblem(value);
    if (doubt !== undefined) report(at, doubt);
  },
);

const metadataPattern = matching(metadataName, "a file name with at most two *");

const host = object<RoutingTableContent["hosts"][number]>({
  name: matching(/^[a-z0-9.-]+$/, "a host's name in lower case"),
  serves: list(oneOf("images", "files")),
  paths: optional(
    list(
      object<NonNullable<RoutingTableContent["hosts"][number]["paths"]>[number]>({
        path: is("a string", (value) => typeof value === "string"),
        at: is("a string", (value) => typeof value === "string"),
      }),
    ),
  ),
  directoryIndex: optional(text),
  metadata: optional(object<MetadataChanges>({ add: list(metadataPattern), remove: list(metadataPattern) })),
});

const network = object<Network>({
  provider: optional(text),
  region: optional(text),
  asn: optional(whole(0xffffffff)),
  country: optional(text),
  place: optional(place),
  avoidedBy: optional(list(text)),
});

const content = object<RoutingTableContent>(
  {
    project: text,
    fallback: optional(oneOf(true)),
    issued: text,
    prefixes: whole(Number.MAX_SAFE_INTEGER),
    ranges: list(object<RoutingTableContent["ranges"][number]>({ name: text, asOf: day })),
    status: oneOf(302, 307),
    pages: object<RoutingTableContent["pages"]>({ info: webAddress, privacy: webAddress }),
    hosts: list(host),
    mirrors: list(mirror),
    origin: text,
    credits: record(
      object<Credit>({
        until: day,
        month: optional(matching(/^\d{4}-\d\d$/, "a month as YYYY-MM")),
        left: optional(between(0, 1)),
      }),
    ),
    canary: optional(
      object<NonNullable<RoutingTableContent["canary"]>>({
        blob: optional(
          object<NonNullable<NonNullable<RoutingTableContent["canary"]>["blob"]>>({
            name: text,
            digest: matching(/^sha256:[a-f0-9]{64}$/, "a digest"),
          }),
        ),
        file: optional(text),
      }),
    ),
    networks: list(network),
  },
  ({ hosts, mirrors, origin }, _, report) => {
    requireDistinct(
      "hosts",
      hosts.map(({ name }) => name),
      report,
    );
    requireDistinct(
      "mirrors",
      mirrors.map(({ id }) => id),
      report,
    );
    if (!mirrors.some(({ id }) => id === origin)) report("mirrors", `does not contain the origin ${origin}`);
  },
);

function requireDistinct(at: string, names: readonly string[], report: Report): void {
  const seen = new Set<string>();
  const repeated = names.find((name) => seen.size === seen.add(name).size);
  if (repeated !== undefined) report(at, `contains ${repeated} twice`);
}

/**
 * Checks that a parsed value is a routing table's content, with valid URLs. Unknown members are kept.
 *
 * @throws Error with the first problems, their places, and the number of the others
 */
export function requireTableContent(parsed: unknown): RoutingTableContent {
  return requireValue(content, parsed, "the routing table");
}
