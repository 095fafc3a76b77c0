import type { z } from "zod";
import type { PromotedProject, Promoter, Promotion, Requirement } from "./inventory";
import { omitUndefined } from "./omit-undefined";
import { promotion } from "./schema/promotion";
import { sortByKey } from "./sort-by-key";

type Written = z.infer<typeof promotion>;

/**
 * Resolves `promotion`; its lists are sorted.
 *
 * @param written undefined: everything has its default
 */
export function resolvePromotion(written: Written = promotion.parse({})): Promotion {
  return {
    manifests: written.manifests,
    ...(written.policy !== undefined && { policy: written.policy }),
    projects: sortByKey(written.projects).map(([key, project]) => resolveProject(key, project)),
    mutable: [...new Set(written.mutable)].sort(),
    destinations: sortByKey(written.destinations).map(([destination, mirrors]) => ({
      destination: destination.replace(/\/+$/, ""),
      mirrors: mirrors === "all" ? mirrors : [...new Set([mirrors].flat())].sort(),
    })),
    require: resolveRequirement(written.require),
    readBack: written["read-back"],
    deleteAfter: written["delete-after"],
    runsIn: resolvePromoter(written["runs-in"]),
  };
}

function resolveProject(key: string, written: Written["projects"][string]): PromotedProject {
  return {
    key,
    approvers: [...new Set(written.approvers)].sort(),
    imagesAt: [...new Set(written["images-at"] ?? [key])].sort(),
    filesAt: written["files-at"] ?? key,
  };
}

function resolveRequirement(written: Written["require"]): Requirement {
  if (written === "all") return { kind: "all" };
  if (typeof written === "number") return { kind: "number", number: written };
  return { kind: "mirrors", mirrors: [...new Set(written)].sort() };
}

function resolvePromoter({ github, "cloud-run": cloudRun }: Written["runs-in"]): Promoter {
  return omitUndefined<Promoter>({
    github:
      github &&
      omitUndefined<NonNullable<Promoter["github"]>>({
        repository: github.repository,
        subject: githubSubject(github),
        planSubject: github["plans-read-staging"] ? `repo:${github.repository}:pull_request` : undefined,
      }),
    cloudRun: cloudRun && omitUndefined<NonNullable<Promoter["cloudRun"]>>(cloudRun as Required<typeof cloudRun>),
  });
}

/** The trusted workflows of a repository: those in an environment or, without one, on a branch. */
interface GithubWorkflows {
  readonly repository: string;
  readonly branch: string;
  readonly environment?: string | undefined;
}

/**
 * The `sub` claim of GitHub's tokens for one environment or branch
 * (https://docs.github.com/en/actions/reference/security/oidc#example-subject-claims).
 */
export function githubSubject({ repository, environment, branch }: GithubWorkflows): string {
  const context = environment === undefined ? `ref:refs/heads/${branch}` : `environment:${environment}`;
  return `repo:${repository}:${context}`;
}
