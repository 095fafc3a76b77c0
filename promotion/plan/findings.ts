import { formatCount } from "../../document/format-count";
import type { PlanFinding } from "./plan";
import type { TargetHoldings } from "./world";

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
  readonly #findings: PlanFinding[] = [];
  readonly #unreadTargets = new Map<TargetHoldings, { reason: string; parts: number }>();
  readonly #unreadSources = new Map<string, { reason: string; project: string; artifacts: number }>();
  readonly #unmapped = new Set<string>();
  readonly #waiting = new Map<string, Waiting>();

  add(finding: PlanFinding): void {
    this.#findings.push(finding);
  }

  addUnreadTarget(target: TargetHoldings, reason: string): void {
    const known = this.#unreadTargets.get(target);
    if (known) known.parts++;
    else this.#unreadTargets.set(target, { reason, parts: 1 });
  }

  addUnreadSource(source: string, project: string, reason: string): void {
    const known = this.#unreadSources.get(source);
    if (known) known.artifacts++;
    else this.#unreadSources.set(source, { reason, project, artifacts: 1 });
  }

  addUnmapped(project: string, mirror: string, kind: "images" | "files"): void {
    const key = `${project} ${mirror} ${kind}`;
    if (this.#unmapped.has(key)) return;
    this.#unmapped.add(key);
    const message = `${project} is to be promoted to ${mirror}, which is no mirror that holds ${kind}`;
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
    const keyed = all.map((finding) => {
      const { kind, project = "", artifact = "", target = "" } = finding;
      return { finding, key: JSON.stringify([kind, project, artifact, target, finding.message]) };
    });
    keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return keyed.map(({ finding }) => finding);
  }

  #listUnread(): PlanFinding[] {
    const targets = Array.from(this.#unreadTargets, ([{ name, isOrigin }, { reason, parts }]): PlanFinding => {
      const more = parts > 1 ? ` (and ${parts - 1} more of its repositories)` : "";
      const fix = isOrigin ? "Run the plan again when it answers." : "Nothing: the next run fills it when it answers.";
      // One mirror that is down does not hold up a release; the origin does.
      const severity = isOrigin ? "error" : "warning";
      return { kind: "unreachable", severity, target: name, message: `${name}: ${reason}${more}`, fix };
    });
    const sources = Array.from(this.#unreadSources, ([source, { reason, project, artifacts }]): PlanFinding => {
      const what = formatCount(artifacts, "artifact");
      const message = `${source} could not be read, which ${what} would come from: ${reason}`;
      const fix = "Check its name and the credentials, or run the plan again when it answers.";
      return { kind: "unreachable", severity: "error", project, artifact: source, message, fix };
    });
    return [...targets, ...sources];
  }
}

function createWaitingFinding([target, { filling, images, files }]: [string, Waiting]): PlanFinding {
  const counts = [images > 0 && formatCount(images, "image"), files > 0 && formatCount(files, "file")];
  const what = counts.filter((count) => count !== false).join(" and ");
  const whose = filling === "cloud" ? "its cloud copies" : "its donor copies";
  const message = `${target} does not have ${what} yet, which ${whose} from another mirror`;
  const fix = "Wait for the copy; if it does not come, check the replication.";
  return { kind: "waiting", severity: "warning", target, message, fix };
}
