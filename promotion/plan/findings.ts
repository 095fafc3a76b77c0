import { formatCount } from "../../document/format-count";
import type { PlanFinding } from "./plan";
import { sortFindings } from "./sort-findings";
import type { TargetHoldings, Unread } from "./world";

/** A source that was not read, and how many artifacts come from it. */
interface UnreadSource {
  readonly unread: Unread;
  readonly project: string;
  artifacts: number;
}

/** Parts of a target that were not read: why the first was not, and how many there are. */
interface UnreadParts {
  readonly reason: string;
  readonly fix: string | undefined;
  readonly isDenied: boolean;
  parts: number;
}

/** How many artifacts a store still waits for. */
interface Waiting {
  readonly filling: "cloud" | "donor";
  images: number;
  files: number;
}

/**
 * Collects what a plan cannot do. What concerns a whole store is one finding, however many artifacts it concerns.
 */
export class Findings {
  readonly #withoutCredentials: boolean;
  readonly #findings: PlanFinding[] = [];
  readonly #unreadTargets = new Map<TargetHoldings, UnreadParts>();
  /** Targets that have no place for some repositories. */
  readonly #unmappedTargets = new Map<TargetHoldings, UnreadParts>();
  readonly #unreadSources = new Map<string, UnreadSource>();
  readonly #unmapped = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();

  /** @param withoutCredentials whether a store that refuses to be read is no error. @default false */
  constructor({ withoutCredentials = false }: { readonly withoutCredentials?: boolean | undefined } = {}) {
    this.#withoutCredentials = withoutCredentials;
  }

  add(finding: PlanFinding): void {
    this.#findings.push(finding);
  }

  /** Notes a part of a target that was not read: a repository, or all of a bucket. */
  addUnreadTarget(target: TargetHoldings, { reason, fix, isDenied }: Unread): void {
    const notes = fix === undefined ? this.#unreadTargets : this.#unmappedTargets;
    const known = notes.get(target);
    if (known) known.parts++;
    else notes.set(target, { reason, fix, isDenied, parts: 1 });
  }

  addUnreadSource(source: string, project: string, unread: Unread): void {
    const known = this.#unreadSources.get(source);
    if (known) known.artifacts++;
    else this.#unreadSources.set(source, { unread, project, artifacts: 1 });
  }

  addUnmapped(project: string, mirror: string, kind: "images" | "files"): void {
    const key = `${project} ${mirror} ${kind}`;
    if (this.#unmapped.has(key)) return;
    this.#unmapped.add(key);
    const message = `${project} is to be promoted to ${mirror}, which is not a mirror that holds ${kind}`;
    const fix = `Correct promotion.destinations in the inventory, or give ${mirror} a store for ${kind}.`;
    this.add({ kind: "unmapped", severity: "error", project, target: mirror, message, fix });
  }

  addWaiting(target: string, filling: "cloud" | "donor", kind: "images" | "files"): void {
    const known = this.#waiting.get(target) ?? { filling, images: 0, files: 0 };
    known[kind]++;
    this.#waiting.set(target, known);
  }

  /** All of them, sorted. */
  list(): PlanFinding[] {
    const all = [...this.#findings, ...this.#listUnread(), ...Array.from(this.#waiting, createWaitingFinding)];
    return sortFindings(all);
  }

  #listUnread(): PlanFinding[] {
    const targets = Array.from(this.#unreadTargets, ([target, parts]) =>
      createUnreachableFinding(target, parts, this.#withoutCredentials && parts.isDenied),
    );
    const unmapped = Array.from(this.#unmappedTargets, ([{ name: target }, parts]): PlanFinding => {
      const message = `${target}: ${describeParts(parts)}`;
      return { kind: "unmapped", severity: "error", target, message, fix: parts.fix ?? "" };
    });
    const sources = Array.from(this.#unreadSources, ([source, unread]) =>
      createSourceFinding(source, unread, this.#withoutCredentials && unread.unread.isDenied),
    );
    return [...targets, ...unmapped, ...sources];
  }
}

/** What a plan without credentials could not see is no error: a plan with credentials sees it. */
const privateFix = "Ask a maintainer to run `mirrorform promote plan` with credentials: it shows what is missing here.";

/** @param isPrivate whether it needs credentials, and the plan has none on purpose */
function createSourceFinding(
  source: string,
  { unread: { reason }, project, artifacts }: UnreadSource,
  isPrivate: boolean,
): PlanFinding {
  const what = formatCount(artifacts, "artifact");
  const base = { kind: "unreachable", project, artifact: source } as const;
  if (isPrivate) {
    const message = `${source}, the source of ${what}, was not read: it requires credentials, and this plan has none`;
    return {
      ...base,
      severity: "warning",
      message,
      fix: `If its name is right, nothing is wrong with it. ${privateFix}`,
    };
  }
  const message = `${source}, the source of ${what}, could not be read: ${reason}`;
  return { ...base, severity: "error", message, fix: sourceFix(reason) };
}

/** Anybody's manifest may name a source, so that those elsewhere are not asked (docs/credentials.md, "Safety"). */
function sourceFix(reason: string): string {
  return reason.includes("not on the public internet")
    ? "Stage on the public internet, or in a registry or a bucket of AWS, Azure or Google; for a trial, add --allow-private-mirrors to the command."
    : "Check its name and the credentials, or run the plan again when it answers.";
}

function describeParts({ reason, parts }: UnreadParts): string {
  return parts > 1 ? `${reason} (and ${parts - 1} more of its repositories)` : reason;
}

/** @param isPrivate whether it needs credentials, and the plan has none on purpose */
function createUnreachableFinding(
  { name: target, isOrigin }: TargetHoldings,
  parts: UnreadParts,
  isPrivate: boolean,
): PlanFinding {
  if (isPrivate) {
    const message = `${target} was not read: it requires credentials, and this plan has none`;
    return { kind: "unreachable", severity: "warning", target, message, fix: privateFix };
  }
  const fix = isOrigin
    ? "Run the plan again when it answers."
    : "Check the mirror if this persists. A later run fills it; a release waits for it if promotion.require includes it, as its default `all` does.";
  // One mirror that is down does not hold up a release; the origin does.
  const severity = isOrigin ? "error" : "warning";
  return { kind: "unreachable", severity, target, message: `${target}: ${describeParts(parts)}`, fix };
}

function createWaitingFinding([target, { filling, images, files }]: [string, Waiting]): PlanFinding {
  const counts = [images > 0 && formatCount(images, "image"), files > 0 && formatCount(files, "file")];
  const what = counts.filter((count) => count !== false).join(" and ");
  const whose = filling === "cloud" ? "its cloud copies" : "its donor copies";
  const message = `${target} does not have ${what} yet, which ${whose} from another mirror`;
  const fix = "Wait for the copy; if it does not come, check the replication.";
  return { kind: "waiting", severity: "warning", target, message, fix };
}
