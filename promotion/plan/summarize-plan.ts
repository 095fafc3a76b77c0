import type { Plan } from "./plan";

/** What a plan does at one target. */
export interface TargetSummary {
  readonly target: string;
  /** Images with missing content. */
  readonly images: number;
  /** Images that only get tags. */
  readonly tagged: number;
  readonly files: number;
  /** Of images and files with a known size. Blobs that images share, or that are there already, are counted each time. */
  readonly bytes: number;
  /** Whether it may be more, because sizes are unknown. */
  readonly isAtLeast: boolean;
}

/** What a plan does, without regard to targets. */
interface Totals {
  readonly images: number;
  readonly files: number;
  /** Of each image and file once: what is read from the sources, at most. */
  readonly bytes: number;
  readonly isAtLeast: boolean;
  readonly errors: number;
  readonly warnings: number;
}

/** What a plan does for one project. */
export interface ProjectSummary extends Totals {
  readonly project: string;
}

/** A plan in figures. */
export interface PlanSummary extends Totals {
  readonly targets: readonly TargetSummary[];
  readonly projects: readonly ProjectSummary[];
}

/** The same with members that can be added to. */
type Changing<T> = { -readonly [K in keyof T]: T[K] };

function addBytes(
  sum: Changing<{ readonly bytes: number; readonly isAtLeast: boolean }>,
  bytes: number | undefined,
): void {
  if (bytes === undefined) sum.isAtLeast = true;
  else sum.bytes += bytes;
}

class Summary {
  readonly #targets = new Map<string, Changing<TargetSummary>>();
  readonly #projects = new Map<string, Changing<ProjectSummary>>();

  constructor({ images, files, findings }: Plan) {
    for (const { project, missing, bytes } of images) {
      this.#project(project).images++;
      if (missing.some(({ content }) => content)) addBytes(this.#project(project), bytes);
      for (const { target, content } of missing) {
        this.#target(target)[content ? "images" : "tagged"]++;
        if (content) addBytes(this.#target(target), bytes);
      }
    }
    for (const { project, missing, bytes } of files) {
      this.#project(project).files++;
      addBytes(this.#project(project), bytes);
      for (const target of missing) {
        this.#target(target).files++;
        addBytes(this.#target(target), bytes);
      }
    }
    for (const { project, severity } of findings) {
      if (project !== undefined) this.#project(project)[severity === "error" ? "errors" : "warnings"]++;
    }
  }

  get targets(): TargetSummary[] {
    return [...this.#targets.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
  }

  get projects(): ProjectSummary[] {
    return [...this.#projects.values()].sort((a, b) => (a.project < b.project ? -1 : 1));
  }

  #target(target: string): Changing<TargetSummary> {
    const known = this.#targets.get(target);
    if (known) return known;
    const summary = { target, images: 0, tagged: 0, files: 0, bytes: 0, isAtLeast: false };
    this.#targets.set(target, summary);
    return summary;
  }

  #project(project: string): Changing<ProjectSummary> {
    const known = this.#projects.get(project);
    if (known) return known;
    const summary = { project, images: 0, files: 0, bytes: 0, isAtLeast: false, errors: 0, warnings: 0 };
    this.#projects.set(project, summary);
    return summary;
  }
}

/** Counts what a plan does, by target and project, sorted by name. */
export function summarizePlan(plan: Plan): PlanSummary {
  const { targets, projects } = new Summary(plan);
  const errors = plan.findings.filter(({ severity }) => severity === "error").length;
  return {
    images: plan.images.length,
    files: plan.files.length,
    bytes: projects.reduce((sum, { bytes }) => sum + bytes, 0),
    isAtLeast: projects.some(({ isAtLeast }) => isAtLeast),
    errors,
    warnings: plan.findings.length - errors,
    targets,
    projects,
  };
}
