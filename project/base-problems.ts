import { dirname, join } from "node:path";
import { checkDocument } from "../document/check-document";
import { type Complaint, isError, type Problem, placeAtFile, sortProblems } from "../document/problem";
import { readDocument, readDocumentFile } from "../document/read-document";
import { type DeployedFacts, type Deployment, hasStores } from "../facts/deployed-facts";
import { deploymentOf } from "../facts/deployment";
import { findLostFacts } from "../facts/find-lost-facts";
import { factsKind } from "../facts/read-deployed-facts";
import type { Inventory } from "../inventory/inventory";
import { readInventory } from "../inventory/read-inventory";
import type { CheckedProject, ProjectOptions } from "./check-project";
import { readCommitted, resolveBase } from "./committed-file";
import { findDeploymentChanges } from "./deployment-changes";
import { projectRules } from "./project-rules";
import { factsFile } from "./read-project";

type SoundProject = CheckedProject & { readonly ok: true };

/** A project as it is in a commit, read by today's code. */
interface BaseProject {
  readonly commit: string;
  /** @default the commit has none, or it has errors by today's rules */
  readonly inventory: Inventory | undefined;
  readonly facts: DeployedFacts;
  /** Its files that cannot be read. */
  readonly problems: readonly Problem[];
}

/**
 * Compares a project with a base commit, such as the one that a pull request is merged into: facts that were lost, and what cannot change
 * in place. Nothing in the current files alone could tell that a fact was there.
 *
 * @param base a commit, a branch or a tag
 * @throws UnusableProject if there is no such commit
 */
export function findBaseProblems(project: SoundProject, options: ProjectOptions, base: string, now: Date): Problem[] {
  const former = readBase(options, base, now);
  return [
    ...former.problems,
    ...findLosses(project, former, options, now),
    ...findChanges(project, former),
    ...findMoves(project, former),
  ];
}

function readBase(options: ProjectOptions, base: string, now: Date): BaseProject {
  const commit = resolveBase(options.inventory, base);
  const path = join(dirname(options.inventory), factsFile);
  const written = readCommitted(options.inventory, commit);
  const deployed = readCommitted(path, commit);
  const reading = written && readInventory(written, options.inventory, now, options);
  const facts = deployed && readFormerFacts(deployed, path);
  return {
    commit,
    inventory: reading?.ok ? reading.inventory : undefined,
    facts: facts ?? {},
    problems: [
      ...(reading?.ok === false ? [unreadable(options.inventory, commit, reading.problems.find(isError))] : []),
      ...(deployed && facts === undefined ? [unreadable(path, commit, undefined)] : []),
    ],
  };
}

/** The facts of a commit without the rules that compare them with an inventory; undefined if today's code cannot read them. */
function readFormerFacts(bytes: Uint8Array, file: string): DeployedFacts | undefined {
  const document = readDocument(bytes, file, factsKind.words);
  if (!document.ok) return undefined;
  const reading = checkDocument(document, { ...factsKind, rules: [] }, undefined as never);
  return reading.ok ? (reading.value as DeployedFacts) : undefined;
}

function unreadable(file: string, commit: string, problem: Problem | undefined): Problem {
  const { id: rule, severity } = projectRules.baseUnreadable;
  const why = problem === undefined ? "" : `: ${problem.message} (${problem.rule})`;
  return placeAtFile(file, {
    rule,
    severity,
    message: `${file} of ${commit.slice(0, 12)} has errors by today's rules, so not everything could be compared with it${why}`,
    fix: "Fix that file first, in a change of its own.",
  });
}

function findLosses(project: SoundProject, former: BaseProject, options: ProjectOptions, now: Date): Problem[] {
  const path = join(dirname(options.inventory), factsFile);
  const context = { inventory: project.inventory, base: former.inventory, month: now.toISOString().slice(0, 7) };
  const document = readDocumentFile(path, factsKind.words);
  const { id: rule, severity } = projectRules.factsLost;
  const problems = findLostFacts(former.facts, project.facts, context).map((place) => {
    const complaint: Complaint = { rule, severity, ...describeLoss(path, place.map(String), former.commit) };
    return document.ok ? document.place(complaint, place, "key") : placeAtFile(path, complaint);
  });
  return sortProblems(problems);
}

function describeLoss(file: string, place: readonly string[], commit: string): Pick<Complaint, "message" | "fix"> {
  const restore = `\`git checkout ${commit.slice(0, 12)} -- ${file}\``;
  const [key, fact, ...rest] = place;
  if (key === undefined) {
    return {
      message: "everything that was deployed is lost from this file",
      fix: `Restore it: ${restore}. If this is a new project, its first commit has nothing to be compared with: leave out --base.`,
    };
  }
  const message = `${place.join(".")} was in this file and is ${fact === "deployment" && rest.length > 0 ? "changed or " : ""}lost`;
  if (fact === "stores") {
    return {
      message: `${message}, although it was not retired before`,
      fix: `Restore it: ${restore}. To remove a store, write \`state: retired\` first, in a change of its own, and apply it.`,
    };
  }
  return {
    message,
    fix: `Restore it: ${restore}. Facts leave with the host, region or provider that they belong to: docs/changing.md, "Facts that are lost".`,
  };
}

/** As the current project's own check, with what the base was deployed with: also where its `deployed.yaml` did not say so yet. */
function findChanges({ inventory, facts, place }: SoundProject, former: BaseProject): Problem[] {
  const deployed = Object.entries(former.facts).flatMap(([key, before]) => {
    const provider = former.inventory?.providers.find((each) => each.key === key);
    if (provider === undefined || provider.cloud === "external" || former.inventory === undefined) return [];
    if (Object.keys(before).every((fact) => fact === "used")) return [];
    if (provider.state === "emptied" && !inventory.providers.some((each) => each.key === key)) return [];
    const deployment: Deployment = {
      ...deploymentOf(former.inventory, provider),
      ...before.deployment,
      // Moved on purpose: the current check has compared it with the inventory.
      ...(facts[key]?.deployment?.state !== undefined && { state: facts[key].deployment.state }),
    };
    return [[key, { deployment }] as const];
  });
  return sortProblems(findDeploymentChanges(inventory, Object.fromEntries(deployed), place));
}

/** The origin and the primaries that are others than in the base, although the base did not list their stores as filled. */
function findMoves({ inventory, place }: SoundProject, former: BaseProject): Problem[] {
  const { inventory: before, facts } = former;
  if (before === undefined) return [];
  const moved = inventory.providers.flatMap((provider) => {
    const then = before.providers.find(({ key }) => key === provider.key);
    if (provider.cloud === "external" || then === undefined || then.cloud === "external") return [];
    const { key, primary } = provider;
    const isOrigin = inventory.origin.provider === key;
    if (primary === undefined || (primary === then.primary && isOrigin === (before.origin.provider === key))) return [];
    const listed = facts[key]?.stores ?? {};
    const mirror = provider.mirrors.find(({ region }) => region === primary);
    const kinds = (["bucket", "registry"] as const).filter((kind) => mirror?.[kind] && (isOrigin || kind === "bucket"));
    const unlisted = kinds.filter((kind) => !listed[kind]?.includes(primary));
    // Before anything is filled, there is nothing to lose.
    if (unlisted.length === 0 || !hasStores(isOrigin ? facts : { [key]: facts[key] ?? {} })) return [];
    return [{ key, primary, isOrigin, unlisted }];
  });
  const { id: rule, severity } = projectRules.movedAtOnce;
  return moved.map(({ key, primary, isOrigin, unlisted }) =>
    place(
      {
        rule,
        severity,
        message: `${key}/${primary} becomes the ${isOrigin ? "origin" : "primary"}, but ${former.commit.slice(0, 12)} does not list its ${unlisted.join(" and ")} as filled`,
        fix: `Keep the previous ${isOrigin ? "origin" : "primary"} in this change. Once \`mirrorform facts --filled ${key}/${primary}\` is merged and an audit finds nothing missing there, switch in the next.`,
      },
      isOrigin ? ["origin"] : ["providers", key, "primary"],
      "value",
    ),
  );
}
