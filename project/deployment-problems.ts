import type { Path, Target } from "../document/path";
import type { Complaint, Problem } from "../document/problem";
import type { RuleEntry } from "../document/rule";
import { type DeployedFacts, hasStores, isListed } from "../facts/deployed-facts";
import {
  findUndeployedMirrors,
  findUndeployedOrigin,
  findUndeployedPrimaries,
  type UndeployedMirror,
  type UndeployedOrigin,
  type UndeployedPrimary,
} from "../facts/undeployed";
import type { Inventory } from "../inventory/inventory";
import { projectRules } from "./project-rules";

/** Locates a complaint at a value of the inventory. */
export type PlaceProblem = (complaint: Complaint, path: Path, target: Target) => Problem;

/** If more mirrors of one provider than this are not deployed, they are reported together. Before a first deployment, that is all of them. */
const maximumReported = 12;

/** The number of names in a long list. */
const maximumNames = 5;

function complaint({ id: rule, severity }: RuleEntry, message: string, fix: string): Complaint {
  return { rule, severity, message, fix };
}

function describeMissing({ unlisted, awaitsDistribution }: UndeployedMirror): string {
  const stores =
    unlisted.length === 0
      ? ""
      : `its ${unlisted.join(" and ")} ${unlisted.length > 1 ? "are" : "is"} not in the \`stores\` of deployed.yaml`;
  const distribution = awaitsDistribution
    ? "CloudFront's name for it is not in the `distributions` of deployed.yaml"
    : "";
  return [stores, distribution].filter((words) => words !== "").join(", and ");
}

function mirrorComplaint(undeployed: UndeployedMirror): Complaint {
  const { provider, mirror, unlisted } = undeployed;
  const filled =
    unlisted.length === 0
      ? "and run `mirrorform facts`."
      : `fill it, and run \`mirrorform facts --filled ${provider}/${mirror}\`.`;
  return complaint(
    projectRules.notDeployed,
    `${provider}/${mirror}: ${describeMissing(undeployed)}: it gets no clients yet`,
    `Deploy the stack ${provider}-storage, ${filled}`,
  );
}

function togetherComplaint(provider: string, mirrors: readonly UndeployedMirror[]): Complaint {
  const named = mirrors.slice(0, maximumNames).map(({ mirror }) => mirror);
  const names = `${named.join(", ")} and ${mirrors.length - named.length} more`;
  return complaint(
    projectRules.notDeployed,
    `${provider}: ${mirrors.length} mirrors are missing from deployed.yaml, or some of their stores are: they get no clients yet (${names})`,
    `Deploy the stack ${provider}-storage, fill its stores, and run \`mirrorform facts --filled ${provider}\`.`,
  );
}

/** The origin has no listed store, while others have: it has moved to a store that is not known to be filled. */
function emptyOriginComplaint({ provider, mirror }: Inventory["origin"]): Complaint {
  return complaint(
    projectRules.originNotFilled,
    `the origin ${provider}/${mirror} has no store in deployed.yaml, although other stores are deployed and filled`,
    `If it moves, keep the previous origin until this one is filled and verified: \`mirrorform facts --filled ${provider}/${mirror}\` lists it (docs/changing.md, "The origin or a primary moves"). If nothing is filled yet, take the other stores out of deployed.yaml until the origin is.`,
  );
}

/** @param isFirst whether no store is listed yet. Then `facts` lists the origin automatically. */
function originComplaint(
  { provider, mirror }: Inventory["origin"],
  { kinds, stores, awaits }: UndeployedOrigin,
  isFirst: boolean,
): Complaint {
  const parts = awaits.map((part) => (part === "stores" ? `its ${stores.join(" and ")} in \`stores\`` : `\`${part}\``));
  const command =
    isFirst || stores.length === 0
      ? "and run `mirrorform facts`"
      : `fill it, and run \`mirrorform facts --filled ${provider}/${mirror}\``;
  return complaint(
    projectRules.originNotDeployed,
    `the origin ${provider}/${mirror} is not deployed yet: it will serve ${kinds.join(" and ")} once ${awaits.map((part) => `\`${part}\``).join(" and ")} ${awaits.length > 1 ? "are" : "is"} in deployed.yaml`,
    `Deploy the stack ${provider}-storage, ${command}, which writes ${parts.join(" and ")}. Until then redirectors answer 503 where only the origin could serve.`,
  );
}

function primaryComplaint({ provider, region, others }: UndeployedPrimary, isOrigin: boolean): Complaint {
  const named = others.slice(0, maximumNames).join(", ") + (others.length > maximumNames ? ", …" : "");
  return complaint(
    projectRules.primaryNotDeployed,
    `the bucket of ${provider}/${region} is not in the \`stores\` of deployed.yaml, and would overwrite those that are (${named})`,
    `If it is deployed and filled, run \`mirrorform facts --filled ${provider}/${region}\`. If not, keep the previous ${isOrigin ? "origin" : "primary"} until it is.`,
  );
}

/** Whether the origin's problem already reports everything that this mirror lacks. */
function isReportedOfOrigin(
  { provider, mirror, unlisted, awaitsDistribution }: UndeployedMirror,
  origin: Inventory["origin"],
  waiting: UndeployedOrigin | undefined,
): boolean {
  if (waiting === undefined || provider !== origin.provider || mirror !== origin.mirror) return false;
  const { stores, awaits } = waiting;
  return unlisted.every((kind) => stores.includes(kind)) && (!awaitsDistribution || awaits.includes("distributions"));
}

function hasStoreAt(facts: DeployedFacts, { provider, mirror }: Inventory["origin"]): boolean {
  return (["bucket", "registry"] as const).some((kind) => isListed(facts[provider], kind, mirror));
}

/**
 * Finds what is not deployed yet, by comparing an inventory with the deployed facts.
 *
 * @param place locates entries of the inventory
 */
export function findDeploymentProblems(inventory: Inventory, facts: DeployedFacts, place: PlaceProblem): Problem[] {
  const { origin, providers } = inventory;
  const mirrors = findUndeployedMirrors(inventory, facts);
  const waiting = findUndeployedOrigin(inventory, facts);
  const isFirst = !hasStores(facts);
  const isEmpty = waiting !== undefined && !isFirst && !hasStoreAt(facts, origin);
  const ofProviders = providers.flatMap(({ key }) => {
    const own = mirrors.filter((each) => each.provider === key && !isReportedOfOrigin(each, origin, waiting));
    if (own.length > maximumReported) return [place(togetherComplaint(key, own), ["providers", key], "key")];
    return own.map((each) => place(mirrorComplaint(each), ["providers", key, "mirrors", each.mirror], "key"));
  });
  const ofPrimaries = findUndeployedPrimaries(inventory, facts).map((primary) => {
    const isOrigin = primary.provider === origin.provider;
    const path = isOrigin ? ["origin"] : ["providers", primary.provider, "primary"];
    return place(primaryComplaint(primary, isOrigin), path, "value");
  });
  return [
    ...(waiting && !isEmpty ? [place(originComplaint(origin, waiting, isFirst), ["origin"], "value")] : []),
    ...(isEmpty ? [place(emptyOriginComplaint(origin), ["origin"], "value")] : []),
    ...ofPrimaries,
    ...ofProviders,
  ];
}
