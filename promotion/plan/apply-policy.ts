import { inParallel } from "../../stores/in-parallel";
import { StoreError } from "../../stores/store-error";
import { readClosure } from "../image/read-closure";
import { groupSignatureTags } from "../image/signature-tag";
import type { JudgedImage } from "../policy/judged-artifact";
import { nameImage, type PolicyJudge } from "../policy/policy-judge";
import { describeRefusal, type Verdict } from "../policy/verdict";
import type { Target } from "../targets/target";
import { isLastingFault } from "./is-lasting-fault";
import { isReleased } from "./is-released";
import { judgedImage } from "./judged-image";
import type { ImagePlan, Plan, PlanFinding } from "./plan";
import type { RepositoryReader } from "./repository-reader";
import { sortFindings } from "./sort-findings";

/** Images that are read at the same time. */
const lanes = 8;

function createFinding(verdict: Verdict): PlanFinding {
  const { project, artifact, fix = "" } = verdict;
  return { kind: "refused", severity: "error", project, artifact, message: describeRefusal(verdict), fix };
}

class PolicyApplication {
  readonly #judge: PolicyJudge;
  readonly #open: (image: ImagePlan) => RepositoryReader;
  /** By source. */
  readonly #tags = new Map<string, Promise<ReadonlySet<string>>>();
  readonly findings: PlanFinding[] = [];

  constructor(judge: PolicyJudge, open: (image: ImagePlan) => RepositoryReader) {
    this.#judge = judge;
    this.#open = open;
  }

  /** @returns whether it may be promoted */
  accepts(verdicts: readonly Verdict[]): boolean {
    const refused = verdicts.filter(({ isAllowed }) => !isAllowed);
    this.findings.push(...refused.map(createFinding));
    return refused.length === 0;
  }

  /** @returns whether it may be promoted; true if it cannot be read now: the run judges it again */
  async acceptsImage(plan: ImagePlan): Promise<boolean> {
    const image = judgedImage(plan);
    if (!this.accepts(this.#judge.judgeImage(image))) return false;
    if (!this.#judge.needsContent(image)) return true;
    try {
      const repository = this.#open(plan);
      const tags = await this.#readTags(plan.source, repository);
      const closure = await readClosure(plan.digest, { repository, tags, signatureTags: groupSignatureTags(tags) });
      return this.accepts(await this.#judge.judgeContent(image, closure, repository));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return this.#reportUnread(image, error);
    }
  }

  #reportUnread(image: JudgedImage, { message, fault }: StoreError): boolean {
    const artifact = nameImage(image);
    const isLasting = isLastingFault(fault);
    this.findings.push({
      kind: "refused",
      severity: isLasting ? "error" : "warning",
      project: image.project,
      artifact,
      message: `${artifact} could not be judged by the policy: ${message}`,
      fix: isLasting
        ? "Publish it again in staging."
        : "Plan again when it can be read; a run judges it before it writes.",
    });
    return !isLasting;
  }

  #readTags(source: string, repository: RepositoryReader): Promise<ReadonlySet<string>> {
    const read = async () => {
      const tags = new Set<string>();
      for await (const page of repository.tags()) for (const tag of page) tags.add(tag);
      return tags;
    };
    const known = this.#tags.get(source) ?? read();
    this.#tags.set(source, known);
    return known;
  }
}

/**
 * Takes out of a plan what the policy refuses: each refusal is a finding, and the other artifacts are promoted. Judged is what the origin
 * lacks. What it has was released under the policy of its time, and every client gets it: to withhold it from a new mirror would protect
 * nobody.
 *
 * @param open opens the repository that an image is copied from
 */
export async function applyPolicy(
  plan: Plan,
  judge: PolicyJudge,
  targets: readonly Target[],
  open: (image: ImagePlan) => RepositoryReader,
): Promise<Plan> {
  const application = new PolicyApplication(judge, open);
  const accepted = new Set<ImagePlan>();
  const hasTags = (image: ImagePlan) => judgedImage(image).tags.length > 0;
  for (const isTagged of [true, false]) {
    const images = plan.images.filter((image) => hasTags(image) === isTagged);
    await inParallel(images, lanes, async (image) => {
      if (isReleased(image, "registry", targets) || (await application.acceptsImage(image))) accepted.add(image);
    });
  }
  const files = plan.files.filter(
    (file) => isReleased(file, "files", targets) || application.accepts(judge.judgeFile(file)),
  );
  if (application.findings.length === 0) return plan;
  const images = plan.images.filter((image) => accepted.has(image));
  return { ...plan, images, files, findings: sortFindings([...plan.findings, ...application.findings]) };
}
