import { createHash } from "node:crypto";
import type { FeedName } from "./feed-name";
import type { RangeEntry } from "./range-entry";
import { readAws } from "./readers/aws";
import { readAzure } from "./readers/azure";
import { readGoogle } from "./readers/google";
import { readOracle } from "./readers/oracle";

/** A source of address ranges: one entry of a provider's `networks` in the inventory. */
export type RangeSource =
  | { readonly kind: "feed"; readonly feed: FeedName }
  | { readonly kind: "cidr-list"; readonly url: string }
  | { readonly kind: "geofeed"; readonly url: string }
  | { readonly kind: "asn"; readonly asns: readonly number[] }
  | { readonly kind: "country"; readonly countries: readonly string[] };

/** A publication and its terms. */
export interface Publication {
  /** The URL to fetch. */
  readonly url: string;
  /** A description of the format. */
  readonly format: string;
  /** Licence terms, written into the snapshot. */
  readonly licence: string;
}

/** A named feed. */
export interface Feed extends Publication {
  /**
   * Set if `url` is a page that links to the file, whose URL changes: finds the links to files in the page.
   */
  readonly linkedFile?: RegExp;
  /** The host of the linked file, in addition to the page's own. */
  readonly linkedHost?: string;
  /** Parses the file. */
  readonly read: (text: string) => RangeEntry[];
}

const factsLicence = "published by the provider for this use, without a stated licence";

/** The feeds that an inventory can use, from each provider's own documentation (see its reader). */
export const feeds: Readonly<Record<FeedName, Feed>> = {
  aws: {
    url: "https://ip-ranges.amazonaws.com/ip-ranges.json",
    format: "JSON, changed whenever ranges change",
    licence: factsLicence,
    read: readAws,
  },
  google: {
    url: "https://www.gstatic.com/ipranges/cloud.json",
    format: "JSON, changed whenever ranges change",
    licence: factsLicence,
    read: readGoogle,
  },
  azure: {
    // The download page of "Azure IP Ranges and Service Tags – Public Cloud". The file is new every week, its
    // name contains the date, and only this page links to it; the Service Tag Discovery API requires an account.
    url: "https://www.microsoft.com/en-us/download/details.aspx?id=56519",
    format: "a page that links to ServiceTags_Public_<date>.json, new every week",
    linkedHost: "download.microsoft.com",
    linkedFile: /https?:\/\/[^\s"'<>\\]{1,300}\/ServiceTags_Public_[0-9]{8}\.json/g,
    licence: factsLicence,
    read: readAzure,
  },
  oracle: {
    url: "https://docs.oracle.com/en-us/iaas/tools/public_ip_ranges.json",
    format: "JSON",
    licence: factsLicence,
    read: readOracle,
  },
};

/** The source of ASNs and countries: IPv4 and IPv6 in one file, about 40 MB unpacked, new every hour. */
export const iptoasn: Publication = {
  url: "https://iptoasn.com/data/ip2asn-combined.tsv.gz",
  format: "gzip of tab-separated values",
  licence: "PDDL 1.0",
};

/** A source's name in messages: `aws`, `asn`, or the kind and URL. */
export function sourceName(source: RangeSource): string {
  switch (source.kind) {
    case "feed":
      return source.feed;
    case "cidr-list":
    case "geofeed":
      return `${source.kind} ${source.url}`;
    default:
      return source.kind;
  }
}

/**
 * The name of a source's snapshot. All ASNs share one file and all countries another, because they come from one table;
 * a URL is made readable, with a hash to keep it unique.
 */
export function snapshotFileName(source: RangeSource): string {
  if (source.kind !== "cidr-list" && source.kind !== "geofeed") return `${sourceName(source)}.txt`;
  const readable = source.url
    .replace(/^https?:\/\//, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
  const hash = createHash("sha256").update(source.url).digest("hex").slice(0, 8);
  return `${source.kind}-${readable}-${hash}.txt`;
}

/** Merges sources that share a file, in the order given: duplicates, all ASNs, and all countries. */
export function mergeSources(sources: readonly RangeSource[]): RangeSource[] {
  const distinct = new Map<string, RangeSource>();
  for (const source of sources) {
    const file = snapshotFileName(source);
    const known = distinct.get(file);
    distinct.set(file, known === undefined ? source : joinSources(known, source));
  }
  return Array.from(distinct.values());
}

function joinSources(left: RangeSource, right: RangeSource): RangeSource {
  if (left.kind === "asn" && right.kind === "asn") {
    return { kind: "asn", asns: [...new Set([...left.asns, ...right.asns])] };
  }
  if (left.kind === "country" && right.kind === "country") {
    return { kind: "country", countries: [...new Set([...left.countries, ...right.countries])] };
  }
  return left;
}
