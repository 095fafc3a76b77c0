import { signedDigest } from "../image/signature-tag";
import type { Ledger } from "../ledger/ledger";
import type { Promoted } from "../promoted";
import { findUnpromised } from "./find-unpromised";
import type { ImagePlan, Plan } from "./plan";

/**
 * What a plan of repairs would do that is no repair: nobody promises it, or it was never promoted. A plan is a file that anyone may have
 * written, and what is new must pass the policy.
 *
 * @param ledger what was promoted. @default everything that is promised counts as promoted
 * @returns one line each
 */
export function findUnrepairable(plan: Plan, promoted: Promoted, ledger?: Ledger): string[] {
  const covered = new Set(ledger?.covered ?? []);
  const known = new Map<string, ReadonlySet<string>>();
  for (const { repository, digest, tags, withdrawn } of ledger?.images ?? []) {
    if (withdrawn === undefined) known.set(`${repository}@${digest}`, new Set(tags));
  }
  const files = new Set((ledger?.files ?? []).map(({ path, sha256 }) => `${path} ${sha256}`));
  const promised = new Map<string, Set<string>>();
  for (const { repository, digest, tags } of promoted.images) {
    const name = `${repository}@${digest}`;
    promised.set(name, new Set([...(promised.get(name) ?? []), ...tags]));
  }
  const isNew = (project: string, isKnown: boolean) => covered.has(project) && !isKnown;
  const findTags = ({ repository, digest, attachedTo, missing }: ImagePlan): string[] => {
    const name = `${repository}@${digest}`;
    const isOwn = (tag: string) =>
      known.get(name)?.has(tag) ||
      promised.get(name)?.has(tag) ||
      (attachedTo !== undefined && signedDigest(tag) !== undefined);
    const tags = new Set(missing.flatMap((each) => each.tags));
    return [...tags].flatMap((tag) => (isOwn(tag) ? [] : [`no manifest promises ${name} with the tag ${tag}`]));
  };
  return [
    ...findUnpromised(plan, promoted),
    ...plan.images.flatMap((image) => {
      const name = `${image.repository}@${image.digest}`;
      return isNew(image.project, known.has(name)) ? [`${name} was never promoted`] : findTags(image);
    }),
    ...plan.files.flatMap(({ project, path, sha256 }) =>
      isNew(project, files.has(`${path} ${sha256}`)) ? [`${path} with ${sha256} was never promoted`] : [],
    ),
  ];
}
