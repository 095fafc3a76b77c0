import type { BlobRepository } from "../image/blob-repository";
import type { ImageClosure } from "../image/read-closure";
import type { PromotedFile } from "../promoted";
import { ImageContent } from "./image-content";
import type { JudgedFile, JudgedImage } from "./judged-artifact";
import { type Policy, policyOf } from "./policy";
import type { Opinion, PolicyRule } from "./policy-rule";
import { policyRules } from "./policy-rules";
import type { Evidence } from "./signatures/evidence";
import { readEvidence } from "./signatures/read-evidence";
import { SignatureVerifier } from "./signatures/signature-verifier";
import type { Verdict } from "./verdict";

/** A file that is judged. */
export type FileToJudge = Omit<JudgedFile, "checksumAt">;

/** An image as findings and verdicts name it. */
export function nameImage({ repository, digest, tags: [tag] }: JudgedImage): string {
  return tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
}

function rulesFor({ attachedTo }: JudgedImage): readonly PolicyRule[] {
  return attachedTo === undefined ? policyRules : policyRules.filter((rule) => rule.judgesAttachments === true);
}

/** Applies the rules of a policy to artifacts, and keeps what they said. */
export class PolicyJudge {
  readonly #policy: Policy;
  readonly #checksums: ReadonlyMap<string, string>;
  readonly #now: () => Date;
  readonly #verifiers = new Map<string, SignatureVerifier>();
  readonly #verdicts = new Map<string, Verdict>();
  /** What belongs to images that were allowed: `REPOSITORY DIGEST`. */
  readonly #allowed = new Set<string>();

  /**
   * @param files all that are promised
   * @param now @default the clock
   */
  constructor(policy: Policy, files: readonly PromotedFile[], now: () => Date = () => new Date()) {
    this.#policy = policy;
    this.#checksums = new Map(files.map(({ path, sha256 }) => [path, sha256]));
    this.#now = now;
  }

  /** All verdicts, sorted by artifact; of each rule the last. */
  get verdicts(): readonly Verdict[] {
    return [...this.#verdicts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, verdict]) => verdict);
  }

  /** Judges an image by its names. */
  judgeImage(image: JudgedImage): readonly Verdict[] {
    const policy = policyOf(this.#policy, image.project);
    return this.#note(image.project, nameImage(image), rulesFor(image), (rule) => rule.judgeImage?.(image, policy));
  }

  /** Judges a file. */
  judgeFile(file: FileToJudge): readonly Verdict[] {
    const policy = policyOf(this.#policy, file.project);
    const judged = { ...file, checksumAt: (path: string) => this.#checksums.get(path) };
    return this.#note(file.project, file.path, policyRules, (rule) => rule.judgeFile?.(judged, policy));
  }

  /**
   * Whether an image has to be read before it can be judged. A child without a tag that comes with an index is as good as the index: judge
   * images with tags first.
   */
  needsContent(image: JudgedImage): boolean {
    if (image.tags.length === 0 && this.#allowed.has(`${image.repository} ${image.digest}`)) return false;
    const policy = policyOf(this.#policy, image.project);
    return rulesFor(image).some((rule) => rule.needsContent?.(policy));
  }

  /**
   * Judges an image by what it consists of.
   *
   * @param repository where it is copied from
   * @throws StoreError if something that a rule looks at cannot be read
   */
  async judgeContent(
    image: JudgedImage,
    closure: ImageClosure,
    repository: BlobRepository,
  ): Promise<readonly Verdict[]> {
    const policy = policyOf(this.#policy, image.project);
    const content = new ImageContent(image, closure, repository);
    const evidence = new Map<string, Promise<readonly Evidence[]>>();
    const evidenceOf = (subject: string) => {
      const known = evidence.get(subject) ?? readEvidence(content, subject, this.#verifierOf(image.project));
      evidence.set(subject, known);
      return known;
    };
    const opinions = new Map<PolicyRule, Opinion | undefined>();
    for (const rule of rulesFor(image)) {
      if (!rule.needsContent?.(policy)) continue;
      opinions.set(rule, await rule.judgeContent?.(content, policy, { now: this.#now(), evidenceOf }));
    }
    const verdicts = this.#note(image.project, nameImage(image), rulesFor(image), (rule) => opinions.get(rule));
    if (image.attachedTo === undefined && verdicts.every(({ isAllowed }) => isAllowed)) {
      const own = content.manifests.filter(({ attachedTo }) => attachedTo === undefined);
      for (const { digest } of own) this.#allowed.add(`${image.repository} ${digest}`);
    }
    return verdicts;
  }

  #verifierOf(project: string): SignatureVerifier {
    const { trustedRoot } = this.#policy;
    const { signers } = policyOf(this.#policy, project);
    const verifier = this.#verifiers.get(project) ?? new SignatureVerifier(signers, trustedRoot);
    this.#verifiers.set(project, verifier);
    return verifier;
  }

  #note(
    project: string,
    artifact: string,
    rules: readonly PolicyRule[],
    judge: (rule: PolicyRule) => Opinion | undefined,
  ): readonly Verdict[] {
    return rules.flatMap((rule) => {
      const opinion = judge(rule);
      if (!opinion) return [];
      const verdict: Verdict = { project, artifact, rule: rule.id, ...opinion };
      this.#verdicts.set(JSON.stringify([artifact, project, policyRules.indexOf(rule)]), verdict);
      return [verdict];
    });
  }
}
