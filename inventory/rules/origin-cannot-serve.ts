import { itemsOf, membersOf } from "../../document/draft";
import { type Draft, type DraftMirror, type DraftProvider, mirrorsOf, originOf, type PlacedMirror } from "../draft";
import type { Rule } from "../rule";

type Kind = "images" | "files";

/** Once deployed, the origin can serve what the hosts serve. `originGaps` checks the same for a compiled table. */
export const originCannotServe: Rule = {
  id: "origin/cannot-serve",
  severity: "error",
  reason:
    "The origin serves everything that no mirror has: images from a registry at Google or an external registry, files from a bucket or an external server. The registries of AWS and Azure require a token even from anonymous clients, and a redirected client has none.",
  *check(draft) {
    const origin = originOf(draft);
    const provider = origin && draft.providers?.[origin.provider];
    const mirror = origin && provider?.mirrors?.[origin.mirror];
    if (origin === undefined || mirror === undefined || provider?.cloud === undefined) return;
    const served = servedKinds(draft);
    for (const kind of served) {
      if (canServe(provider, mirror, kind)) continue;
      const message = `the origin ${origin.provider}/${origin.mirror} ${describeLack(provider, mirror, kind)}, but a host serves ${kind}`;
      yield { path: ["origin"], message, fix: describeFix(draft, provider, kind, served) };
    }
  },
};

function servedKinds(draft: Draft): Kind[] {
  return [...new Set(membersOf(draft.hosts).flatMap(([, host]) => itemsOf(host.serves).map(([, kind]) => kind)))];
}

/** The store that serves a kind of artifact. */
function storeFor({ cloud }: DraftProvider, kind: Kind): "registry" | "bucket" | "files" {
  if (kind === "images") return "registry";
  return cloud === "external" ? "files" : "bucket";
}

function acceptsRedirectedClients({ cloud }: DraftProvider, kind: Kind): boolean {
  return kind === "files" || (cloud !== "aws" && cloud !== "azure");
}

/** Whether the mirror has the store, even if its value is invalid. */
function canServe(provider: DraftProvider, mirror: DraftMirror, kind: Kind): boolean {
  return acceptsRedirectedClients(provider, kind) && storeFor(provider, kind) in mirror;
}

function describeLack(provider: DraftProvider, mirror: DraftMirror, kind: Kind): string {
  const store = storeFor(provider, kind);
  if (store in mirror) return `can never serve ${kind}: this cloud's registries reject redirected clients`;
  return acceptsRedirectedClients(provider, kind) ? `has no \`${store}\`` : `can never serve ${kind}`;
}

function formatStore(provider: DraftProvider, kind: Kind): string {
  if (provider.cloud !== "external") return `\`${storeFor(provider, kind)}: {}\``;
  return kind === "images" ? "`registry: https://…`" : '`files: "https://…/{path}"`';
}

/** The fix: another mirror that can serve everything, or the missing store. */
function describeFix(draft: Draft, provider: DraftProvider, kind: Kind, served: readonly Kind[]): string {
  const other = mirrorsOf(draft).find((each) => isAlternative(each, served));
  if (other !== undefined) return `Write \`origin: ${other.key}/${other.mirrorKey}\`, which can serve them.`;
  if (!acceptsRedirectedClients(provider, kind)) {
    return `Add a mirror that can serve them, at Google (\`registry: {}\`) or external (\`registry: https://…\`), and make it the origin; or remove ${kind} from the \`serves\` of all hosts.`;
  }
  return `Add ${formatStore(provider, kind)} to that mirror, or choose another origin.`;
}

function isAlternative({ provider, mirror }: PlacedMirror, served: readonly Kind[]): boolean {
  return (mirror.state ?? "active") === "active" && served.every((kind) => canServe(provider, mirror, kind));
}
