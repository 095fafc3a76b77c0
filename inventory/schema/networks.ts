import { z } from "zod";
import { feedNames } from "../../networks/feed-name";
import { regionName } from "./names";

/** RFC 7607 and RFC 7300: 0 and the last one are reserved. */
const asnList = z.array(z.int().min(1).max(4294967294)).min(1);
/** UK, EL, EU and XK are common, but not in ISO 3166-1: lists of ranges do not have them. */
const countryList = z.array(z.string().regex(/^(?!UK|EL|EU|XK)[A-Z]{2}$/, "an ISO 3166-1 alpha-2 code")).min(1);
const prefixList = z.array(z.string().meta({ title: "prefix" })).min(1);

function asnEntry(description: string, example: readonly number[]) {
  return z.strictObject({ asn: asnList.meta({ description, examples: [[...example]] }) }).meta({ title: "asn" });
}

function countryEntry(description: string) {
  return z.strictObject({ country: countryList.meta({ description, examples: [["CN"]] }) }).meta({ title: "country" });
}

/** The published lists of ranges that are known by name. */
const feedName = z.enum(feedNames);

/** Allowed next to prefixes and lists of prefixes. */
const inside = feedName.optional().meta({
  description:
    "A cloud's feed inside which this claim also applies, for example for a donor's own machines at AWS. Agree on it with the feed's provider, because these clients are then no longer that provider's. Default: none. An address in a cloud's own feed belongs to the provider that claims the feed, no matter how long the prefixes here are.",
  examples: ["aws"],
});

/** One way to identify a provider's clients. */
const network = z.union([
  z
    .strictObject({
      feed: feedName.meta({
        description: "A published list of ranges with regions, known by name.",
        examples: ["aws"],
      }),
    })
    .meta({ title: "feed" }),
  z
    .strictObject({
      "cidr-list": z.string().meta({
        title: "https URL",
        description: "URL of a text file with one prefix per line; `#` starts a comment.",
        examples: ["https://cdn.example.net/ranges.txt"],
      }),
      inside,
    })
    .meta({ title: "cidr-list" }),
  z
    .strictObject({
      geofeed: z.string().meta({
        title: "https URL",
        description: "URL of a geofeed (RFC 8805): prefix, country, region, city.",
        examples: ["https://cloud.example.net/geofeed.csv"],
      }),
      inside,
    })
    .meta({ title: "geofeed" }),
  asnEntry("Autonomous system numbers (RFC 6793: 32 bits, 0 and the last one are reserved).", [16509, 14618]),
  countryEntry("Countries, as ISO 3166-1 alpha-2 codes; lowest precedence."),
  z
    .strictObject({
      prefixes: prefixList.meta({
        description: "Prefixes in CIDR notation, IPv4 or IPv6, without host bits.",
        examples: [["203.0.113.0/24", "2001:db8::/32"]],
      }),
      region: regionName.optional().meta({
        description: "The region of the provider's cloud to which these addresses belong.",
        examples: ["eu-west-1"],
      }),
      inside,
    })
    .meta({ title: "prefixes" }),
]);

/** Clients that must not use a mirror or cannot reach it. */
const avoided = z.union([
  asnEntry("Autonomous system numbers.", [64500]),
  countryEntry("Countries, as ISO 3166-1 alpha-2 codes."),
  z
    .strictObject({
      prefixes: prefixList.meta({
        description: "Prefixes in CIDR notation, without host bits.",
        examples: [["203.0.113.0/24"]],
      }),
    })
    .meta({ title: "prefixes" }),
]);

/** `avoid` of a provider or a mirror. */
export const avoid = z.array(avoided).default([]).meta({
  description:
    "Clients that are not sent here, because the mirror must not serve them or they cannot reach it. At a provider, this applies to all its mirrors. The origin remains the last fallback for all clients.",
});

/** `networks` of a provider. */
export const networks = z.array(network).optional().meta({
  description:
    "The provider's own clients. See \"Whose client is it?\" in docs/mirrors.md. Default: at a cloud, the cloud's own feed, unless another provider at that cloud claims it; elsewhere none. `[]`: none.",
});
