import { itemsOf } from "../../document/draft";
import type { Path } from "../../document/path";
import { cloudProvidersOf, type Draft } from "../draft";
import { stagingAreasOf } from "../promotion-draft";
import type { Rule } from "../rule";

/** Nothing else uses a provider whose stacks lose all resources. */
export const providerEmptiedInUse: Rule = {
  id: "provider/emptied-in-use",
  severity: "error",
  reason:
    "The last plans of an emptied provider destroy its zone, redirector, staging areas and promoter, so clients and projects must have left them before.",
  *check(draft) {
    const emptied = cloudProvidersOf(draft).flatMap(({ key, provider }) => (provider.state === "emptied" ? [key] : []));
    for (const { key, path, use } of usesOf(draft)) {
      if (!emptied.includes(key)) continue;
      const message = `${use} ${key}, which is emptied`;
      const fix = `Remove it here, apply, and wait for the TTL of the records; until then, write \`state: retired\` for ${key}.`;
      yield { path, message, fix };
    }
  },
};

interface Use {
  readonly key: string;
  readonly path: Path;
  /** The beginning of a sentence that ends with the provider. */
  readonly use: string;
}

function usesOf(draft: Draft): Use[] {
  const { dns, redirector, promotion } = draft;
  const job = promotion?.["runs-in"]?.["cloud-run"]?.provider;
  return [
    ...itemsOf(dns?.["published-at"]).map(([index, key]) => ({
      key,
      path: ["dns", "published-at", index],
      use: "the zone is published at",
    })),
    ...Object.keys(redirector?.["runs-at"] ?? {}).map((key) => ({
      key,
      path: ["redirector", "runs-at", key],
      use: "the redirector runs at",
    })),
    ...stagingAreasOf(draft).flatMap(({ area, path }) =>
      area.provider === undefined
        ? []
        : [{ key: area.provider, path: [...path, "provider"], use: "a project publishes at" }],
    ),
    ...(job === undefined
      ? []
      : [{ key: job, path: ["promotion", "runs-in", "cloud-run", "provider"], use: "the promotion runs at" }]),
  ];
}
