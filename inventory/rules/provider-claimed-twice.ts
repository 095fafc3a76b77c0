import { itemsOf } from "../../document/draft";
import type { Finding } from "../../document/rule";
import { defaultFeeds } from "../default-feeds";
import { type Draft, providersOf } from "../draft";
import { canonicalizePrefix } from "../find-prefix-problem";
import type { Rule } from "../rule";

/** One claim that identifies a provider's clients. */
interface Claim {
  readonly provider: string;
  readonly path: Finding["path"];
  /** A canonical text of the claim. */
  readonly id: string;
  /** The claim in messages. */
  readonly label: string;
  /** Whether the claim is implied: a provider at a cloud gets that cloud's feed. @default false */
  readonly isDefault?: boolean;
}

/** No two claims are identical. */
export const providerClaimedTwice: Rule = {
  id: "provider/claimed-twice",
  severity: "error",
  reason:
    "A client belongs to one provider: two claims of the same feed, list, prefix, ASN or country would be ambiguous.",
  *check(draft) {
    const first = new Map<string, Claim>();
    for (const claim of findClaims(draft)) {
      const other = first.get(claim.id);
      if (other === undefined) {
        first.set(claim.id, claim);
        continue;
      }
      const who = other.provider === claim.provider ? "this provider already" : `the provider ${other.provider}`;
      const fix = other.isDefault
        ? `Remove this claim, because this is the feed of ${other.provider}'s cloud; or write \`networks: []\` there.`
        : "Keep the claim at the provider whose clients these are.";
      yield { path: claim.path, message: `${claim.label} is claimed by ${who}`, fix };
    }
  },
};

function findClaims(draft: Draft): Claim[] {
  return [...findDefaultClaims(draft), ...findWrittenClaims(draft)];
}

function findDefaultClaims(draft: Draft): Claim[] {
  const feeds = defaultFeeds(providersOf(draft).map(({ key, provider }) => [key, provider]));
  return Array.from(feeds, ([key, feed]) => ({
    ...createClaim(key, ["providers", key], "feed", feed),
    isDefault: true,
  }));
}

function findWrittenClaims(draft: Draft): Claim[] {
  return providersOf(draft).flatMap(({ key, provider, path }) =>
    itemsOf(provider.networks).flatMap(([index, network]) =>
      Object.entries(network).flatMap(([kind, value]) => {
        const at = [...path, "networks", index, kind];
        if (kind === "region" || kind === "inside" || value === undefined) return [];
        if (typeof value === "string") return [createClaim(key, at, kind, value)];
        return itemsOf<string | number>(value).map(([item, one]) => createClaim(key, [...at, item], kind, String(one)));
      }),
    ),
  );
}

const kindWords: Readonly<Record<string, string>> = {
  feed: "the feed",
  "cidr-list": "the list",
  geofeed: "the geofeed",
  asn: "AS",
  country: "the country",
  prefixes: "the prefix",
};

function createClaim(provider: string, path: Finding["path"], kind: string, value: string): Claim {
  return { provider, path, id: `${kind} ${canonicalValue(kind, value)}`, label: `${kindWords[kind]} ${value}` };
}

/** The canonical form of a claim: prefixes and URLs have several spellings. */
function canonicalValue(kind: string, value: string): string {
  if (kind === "prefixes") return canonicalizePrefix(value);
  const isUrl = (kind === "cidr-list" || kind === "geofeed") && URL.canParse(value);
  return isUrl ? new URL(value).href : value;
}
