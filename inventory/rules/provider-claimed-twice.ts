import { itemsOf } from "../../document/draft";
import type { Finding } from "../../document/rule";
import { canonicalPrefix } from "../check-prefix";
import { defaultFeeds } from "../default-feeds";
import { type Draft, providersOf } from "../draft";
import type { Rule } from "../rule";

/** One thing by which clients are known as a provider's. */
interface Claim {
  readonly provider: string;
  readonly path: Finding["path"];
  /** What is claimed, such that equal claims have equal words. */
  readonly what: string;
  readonly shown: string;
  /** Whether the claim is implied: a provider at a cloud gets that cloud's feed. @default false */
  readonly byDefault?: boolean;
}

/** No two claims are for the same clients. */
export const providerClaimedTwice: Rule = {
  id: "provider/claimed-twice",
  severity: "error",
  reason: "A client has one provider: if two claim the same feed, list, prefix, ASN or country, chance would decide.",
  *check(draft) {
    const first = new Map<string, Claim>();
    for (const claim of claimsOf(draft)) {
      const other = first.get(claim.what);
      if (other === undefined) {
        first.set(claim.what, claim);
        continue;
      }
      const who = other.provider === claim.provider ? "this provider already" : `the provider ${other.provider}`;
      const fix = other.byDefault
        ? `Leave the claim with ${other.provider}, whose cloud's feed this is; or write \`networks: []\` there.`
        : "Leave the claim with the provider whose clients these are.";
      yield { path: claim.path, message: `${claim.shown} is claimed by ${who}`, fix };
    }
  },
};

function claimsOf(draft: Draft): Claim[] {
  return [...defaultClaims(draft), ...writtenClaims(draft)];
}

function defaultClaims(draft: Draft): Claim[] {
  const feeds = defaultFeeds(providersOf(draft).map(({ key, provider }) => [key, provider]));
  return Array.from(feeds, ([key, feed]) => ({ ...claim(key, ["providers", key], "feed", feed), byDefault: true }));
}

function writtenClaims(draft: Draft): Claim[] {
  return providersOf(draft).flatMap(({ key, provider, path }) =>
    itemsOf(provider.networks).flatMap(([index, network]) =>
      Object.entries(network).flatMap(([kind, value]) => {
        const at = [...path, "networks", index, kind];
        if (kind === "region" || kind === "inside" || value === undefined) return [];
        if (typeof value === "string") return [claim(key, at, kind, value)];
        return itemsOf<string | number>(value).map(([item, one]) => claim(key, [...at, item], kind, String(one)));
      }),
    ),
  );
}

const words: Readonly<Record<string, string>> = {
  feed: "the feed",
  "cidr-list": "the list",
  geofeed: "the geofeed",
  asn: "AS",
  country: "the country",
  prefixes: "the prefix",
};

function claim(provider: string, path: Finding["path"], kind: string, value: string): Claim {
  return { provider, path, what: `${kind} ${canonical(kind, value)}`, shown: `${words[kind]} ${value}` };
}

/** One spelling of a claim: prefixes and URLs have several. */
function canonical(kind: string, value: string): string {
  if (kind === "prefixes") return canonicalPrefix(value);
  const isUrl = (kind === "cidr-list" || kind === "geofeed") && URL.canParse(value);
  return isUrl ? new URL(value).href : value;
}
