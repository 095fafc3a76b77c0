import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { z } from "zod";
import { checkSchema, withoutUnsound } from "../document/check-schema";
import { nearest } from "../document/nearest";
import type { Path } from "../document/path";
import { type Problem, sortedProblems } from "../document/problem";
import { readBytes, readDocument } from "../document/read-document";
import { suggestWord } from "../document/suggest-word";
import { itemsOf, membersOf, type Sound } from "../inventory/draft";
import type { Inventory, Provider } from "../inventory/inventory";
import type { DeployedFacts, ProviderFacts } from "./deployed-facts";
import { deployedFactsRules } from "./deployed-facts-rules";
import { deployedFactsSchema } from "./deployed-facts-schema";

/** Deployed facts with warnings, or all that keeps them from being used. */
export type DeployedFactsReading =
  | { readonly ok: true; readonly facts: DeployedFacts; readonly problems: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads `deployed.yaml`. A missing file means that nothing was deployed yet. Never throws. */
export function readDeployedFacts(path: string, inventory: Inventory): DeployedFactsReading {
  if (!existsSync(path)) return { ok: true, facts: {}, problems: [] };
  const bytes = readBytes(path);
  return bytes instanceof Uint8Array ? parseDeployedFacts(bytes, path, inventory) : { ok: false, problems: [bytes] };
}

/**
 * Reads deployed facts from a file's bytes: every problem at once. What the inventory does not have (any more) is a
 * warning: the loss of a mirror must not keep the others from being changed.
 */
export function parseDeployedFacts(text: Uint8Array, file: string, inventory: Inventory): DeployedFactsReading {
  const document = readDocument(text, file);
  if (!document.ok) return { ok: false, problems: sortedProblems(document.problems) };
  const value = document.value ?? {};
  const refused = checkSchema(deployedFactsSchema, value);
  const facts = withoutUnsound(value, refused) as DraftFacts;
  const other = otherProject(facts, inventory, file);
  if (other !== undefined) return { ok: false, problems: [document.problem(other, [], "value")] };
  const problems = sortedProblems([
    ...document.problems,
    ...refused.map(({ rule, message, fix, path, target }) =>
      document.problem({ rule, severity: "error", message, fix }, path, target),
    ),
    ...misplaced(facts, inventory).map(({ path, ...complaint }) => document.problem(complaint, path, "value")),
    ...unknownKeys(facts, inventory).map((key) => document.problem(complaintOf(key), key.path, "key")),
    ...usedInVain(facts, inventory).map((provider) =>
      document.problem(withoutCredits(provider), [provider, "used"], "key"),
    ),
    ...vanishedStores(facts, inventory).map(({ path, ...store }) => document.problem(vanished(store), path, "value")),
  ]);
  if (problems.some(({ severity }) => severity === "error")) return { ok: false, problems };
  return { ok: true, facts: value as DeployedFacts, problems };
}

/** Facts in which any part may be missing. */
type DraftFacts = Sound<z.input<typeof deployedFactsSchema>> | undefined;

/** How many stores must be missing before the file counts as another project's. */
const fewestForeign = 4;

/** If most stores are not in the inventory, one error says more than one for each store. */
function otherProject(facts: DraftFacts, inventory: Inventory, file: string) {
  const listed = membersOf(facts).flatMap(([, { stores }]) => [
    ...itemsOf(stores?.bucket),
    ...itemsOf(stores?.registry),
  ]).length;
  const gone = vanishedStores(facts, inventory).length;
  if (gone < fewestForeign || gone * 2 <= listed) return undefined;
  const { id: rule, severity } = deployedFactsRules.otherProject;
  const count = gone === listed ? `none of its ${listed} stores is` : `${gone} of its ${listed} stores are not`;
  return {
    rule,
    severity,
    message: `${basename(file)} describes another project: ${count} in mirrors.yaml`,
    fix: `Empty it before your own first deployment: \`: > ${file}\`. If these stores are yours, put their mirrors back into mirrors.yaml instead: Terraform would destroy them with all they hold.`,
  };
}

/** The clouds whose stacks have each fact. */
const cloudsOf: Readonly<Record<keyof ProviderFacts, readonly Provider["cloud"][]>> = {
  stores: ["google", "aws", "azure"],
  distributions: ["aws"],
  addresses: ["google"],
  targets: ["aws"],
  validations: ["google", "aws"],
  used: ["google", "aws", "azure", "external"],
};

/** Each cloud's certificate authority, by the end of the names that validate hosts. */
const authorities: Partial<Record<Provider["cloud"], string>> = {
  aws: ".acm-validations.aws",
  google: ".authorize.certificatemanager.goog",
};

interface Misplaced {
  readonly rule: string;
  readonly severity: "error";
  readonly path: Path;
  readonly message: string;
  readonly fix: string;
}

/** Facts that have the right form but are in the wrong place: outputs of another cloud, region or host. */
function misplaced(facts: DraftFacts, inventory: Inventory): Misplaced[] {
  const { id: rule, severity } = deployedFactsRules.misplaced;
  return membersOf(facts).flatMap(([key, told]) => {
    const cloud = inventory.providers.find((provider) => provider.key === key)?.cloud;
    if (cloud === undefined) return [];
    const found: Omit<Misplaced, "rule" | "severity">[] = [
      ...membersOf(cloudsOf)
        .filter(([fact, clouds]) => told[fact as keyof ProviderFacts] !== undefined && !clouds.includes(cloud))
        .map(([fact, clouds]) => ({
          path: [key, fact],
          message: `${key} is ${cloud}, which has no \`${fact}\``,
          fix: `Take it out, or move it to a provider at ${clouds.join(" or ")}.`,
        })),
      ...misplacedTargets(key, told.targets, inventory),
      ...misplacedValidations(key, cloud, told.validations, inventory),
    ];
    return found.map((each) => ({ rule, severity, ...each }));
  });
}

type Told = NonNullable<NonNullable<DraftFacts>[string]>;

/** Regions that the inventory does not have are reported elsewhere. */
function misplacedTargets(key: string, targets: Told["targets"], { redirector }: Inventory) {
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

function misplacedValidations(
  key: string,
  cloud: Provider["cloud"],
  validations: Told["validations"],
  { hosts, dns }: Inventory,
) {
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

/** A key that is to be found in the inventory. */
interface Key {
  readonly kind: "provider" | "region" | "host";
  readonly path: Path;
  readonly name: string;
  readonly known: readonly string[];
}

function unknownKeys(facts: DraftFacts, inventory: Inventory): Key[] {
  return keysOf(facts, inventory).filter(({ name, known }) => !known.includes(name));
}

function complaintOf({ kind, name, known }: Key) {
  const meant = nearest(name, known);
  return {
    rule: deployedFactsRules[kind].id,
    severity: deployedFactsRules[kind].severity,
    message: `the inventory has no ${kind} "${name}" here${suggestWord(meant)}`,
    fix: "Correct it, or take it out if it is not deployed any more.",
  };
}

function keysOf(facts: DraftFacts, inventory: Inventory): Key[] {
  const hosts = inventory.hosts.map(({ name }) => name);
  const providers = inventory.providers.map(({ key }) => key);
  return membersOf(facts).flatMap(([provider, { targets, validations, distributions }]) => {
    const runsAt = inventory.redirector.runsAt.find((placement) => placement.provider === provider)?.regions ?? [];
    const mirrors = inventory.providers.find(({ key }) => key === provider)?.mirrors.map(({ key }) => key) ?? [];
    const provided: Key = { kind: "provider", path: [provider], name: provider, known: providers };
    if (!providers.includes(provider)) return [provided];
    return [
      ...keys("region", [provider, "targets"], targets, runsAt),
      ...membersOf(targets).flatMap(([region, names]) => keys("host", [provider, "targets", region], names, hosts)),
      ...keys("host", [provider, "validations"], validations, hosts),
      ...keys("region", [provider, "distributions"], distributions, mirrors),
    ];
  });
}

/** The providers of the inventory that give without a limit, and of which something was used. */
function usedInVain(facts: DraftFacts, inventory: Inventory): string[] {
  const unlimited = inventory.providers.filter(({ credits }) => credits === undefined).map(({ key }) => key);
  return membersOf(facts).flatMap(([key, { used }]) => (used !== undefined && unlimited.includes(key) ? [key] : []));
}

function withoutCredits(provider: string) {
  return {
    rule: deployedFactsRules.used.id,
    severity: deployedFactsRules.used.severity,
    message: `the inventory has no credits of ${provider}, against which this could be held`,
    fix: "Write its credits into the inventory, or take this out.",
  };
}

/** A bucket or registry that was deployed and is not in the inventory. */
interface Store {
  readonly provider: string;
  readonly kind: "bucket" | "registry";
  readonly region: string;
  /** The inventory's store that a misspelt one means. */
  readonly meant: string | undefined;
  readonly path: Path;
}

function vanished({ provider, kind, region, meant }: Omit<Store, "path">) {
  return {
    rule: deployedFactsRules.store.id,
    severity: deployedFactsRules.store.severity,
    message: `the ${kind} of ${provider}/${region} holds artifacts, but is not in the inventory: it would be destroyed${suggestWord(meant)}`,
    fix:
      meant === undefined
        ? "Put it back with state: retired, and apply; then take it out here and there."
        : `If it is misspelt, write ${meant}. If not, put it back with state: retired, and apply; then take it out here and there.`,
  };
}

function vanishedStores(facts: DraftFacts, inventory: Inventory): Store[] {
  return membersOf(facts).flatMap(([provider, { stores }]) => {
    const mirrors = inventory.providers.find(({ key }) => key === provider)?.mirrors ?? [];
    return (["bucket", "registry"] as const).flatMap((kind) => {
      const listed = itemsOf(stores?.[kind]).map(([, region]) => region);
      return itemsOf(stores?.[kind]).flatMap(([index, region]) => {
        const mirror = mirrors.find(({ key }) => key === region);
        const isThere = mirror !== undefined && kind in mirror;
        const meant = nearest(
          region,
          mirrors.filter((each) => kind in each && !listed.includes(each.key)).map(({ key }) => key),
        );
        return isThere ? [] : [{ provider, kind, region, meant, path: [provider, "stores", kind, index] }];
      });
    });
  });
}

function keys(kind: Key["kind"], path: Path, record: object | undefined, known: readonly string[]): Key[] {
  return Object.keys(record ?? {}).map((name) => ({ kind, path: [...path, name], name, known }));
}
