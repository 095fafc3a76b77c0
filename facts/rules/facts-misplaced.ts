import { membersOf } from "../../document/draft";
import type { Finding } from "../../document/rule";
import type { Inventory, Provider } from "../../inventory/inventory";
import type { ProviderFacts } from "../deployed-facts";
import type { DraftProviderFacts, FactsRule } from "../facts-rule";

/** Facts are where they belong. The schema cannot check this: an output of another cloud, region or host also has a valid form. */
export const factsMisplaced: FactsRule = {
  id: "facts/misplaced",
  severity: "error",
  reason:
    "Deployed facts become DNS records and hosts of redirects. A fact under the wrong cloud, region or host sends clients to the wrong place.",
  *check(facts, { inventory }) {
    for (const [key, written] of membersOf(facts)) {
      const cloud = inventory.providers.find((provider) => provider.key === key)?.cloud;
      if (cloud === undefined) continue;
      yield* findOfOtherClouds(key, cloud, written);
      yield* findTargets(key, written.targets, inventory);
      yield* findValidations(key, cloud, written.validations, inventory);
    }
  },
};

/** The clouds whose stacks output each fact. */
const cloudsOf: Readonly<Record<keyof ProviderFacts, readonly Provider["cloud"][]>> = {
  deployment: ["google", "aws", "azure"],
  stores: ["google", "aws", "azure"],
  distributions: ["aws"],
  alias: ["aws"],
  addresses: ["google"],
  targets: ["aws"],
  validations: ["google", "aws"],
  promoter: ["google", "azure"],
  planner: ["azure"],
  used: ["google", "aws", "azure", "external"],
};

/** The suffix of each cloud's certificate authority, to which validation records point. */
const authorities: Partial<Record<Provider["cloud"], string>> = {
  aws: ".acm-validations.aws",
  google: ".authorize.certificatemanager.goog",
};

function findOfOtherClouds(key: string, cloud: Provider["cloud"], written: DraftProviderFacts): Finding[] {
  return membersOf(cloudsOf)
    .filter(([fact, clouds]) => written[fact as keyof ProviderFacts] !== undefined && !clouds.includes(cloud))
    .map(([fact, clouds]) => ({
      path: [key, fact],
      message: `${key} is ${cloud}, which has no \`${fact}\``,
      fix: `Remove it, or move it to a provider at ${clouds.join(" or ")}.`,
    }));
}

/** Regions that the inventory does not have are reported elsewhere. */
function findTargets(key: string, targets: DraftProviderFacts["targets"], { redirector }: Inventory): Finding[] {
  const regions = redirector.runsAt.flatMap((placement) => (placement.provider === key ? placement.regions : []));
  return membersOf(targets).flatMap(([region, names]) =>
    membersOf(regions.includes(region) ? names : undefined)
      .filter(([, name]) => !name.endsWith(`.execute-api.${region}.amazonaws.com`))
      .map(([host, name]) => ({
        path: [key, "targets", region, host],
        message: `${JSON.stringify(name)} is not in ${region}`,
        fix: `Copy the output \`targets\` of the stack ${key}-redirector for ${region}, or run \`mirrorform facts\`.`,
      })),
  );
}

function findValidations(
  key: string,
  cloud: Provider["cloud"],
  validations: DraftProviderFacts["validations"],
  { hosts, dns }: Inventory,
): Finding[] {
  const fix = `Copy the output \`validations\` of the stack ${key}-redirector, or run \`mirrorform facts\`.`;
  const authority = authorities[cloud] ?? "";
  return membersOf(validations).flatMap(([host, { name, value }]) => {
    // Hosts that the inventory does not have are reported elsewhere; their records are published, so they must be in the zone.
    const isKnown = hosts.some((each) => each.name === host);
    const parent = name?.slice(name.indexOf(".") + 1);
    const isInside = parent === undefined || (isKnown ? parent === host : `.${parent}`.endsWith(`.${dns.zone}`));
    const outside = `${JSON.stringify(name)} does not validate ${host}: it is not _….${isKnown ? host : dns.zone}`;
    const foreign = `${JSON.stringify(value)} is not a name of ${key}'s certificate authority: it does not end with ${authority}`;
    const path = [key, "validations", host];
    return [
      ...(isInside ? [] : [{ path: [...path, "name"], message: outside, fix }]),
      ...(value === undefined || value.endsWith(authority)
        ? []
        : [{ path: [...path, "value"], message: foreign, fix }]),
    ];
  });
}
