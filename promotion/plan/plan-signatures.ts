import { signedDigest } from "../image/signature-tag";
import type { Destinations } from "../promoted";
import type { Findings } from "./findings";
import type { ImagePlan, PlannedScope } from "./plan";
import { isDestination, joinDestinations, type Missing, type WantedImage } from "./wanted-image";
import {
  type Attachments,
  type BlobHoldings,
  type Reading,
  type RegistryHoldings,
  type RepositoryHoldings,
  type SourceHoldings,
  Unread,
} from "./world";

/** What is known of one repository while it is planned. */
interface SignatureScene {
  readonly repository: string;
  /** The promised images that are not refused. */
  readonly accepted: readonly WantedImage[];
  readonly sources: ReadonlyMap<string, Reading<SourceHoldings>>;
  readonly registries: ReadonlyMap<RegistryHoldings, RepositoryHoldings>;
  readonly buckets: readonly BlobHoldings[];
  readonly scopeOf: (destinations: Destinations) => PlannedScope;
  readonly findings: Findings;
}

/** Where something attached is copied from. */
interface AttachmentSource {
  readonly source: string;
  readonly holdings: Attachments;
  /** The project of an attachment. */
  readonly projectOf: (attachment: Attachment) => string;
  /** The mirror that it is at, if that is the origin. @default staging */
  readonly mirror?: string;
}

/** A signature, attestation, SBOM or other referrer at the source. */
interface Attachment {
  readonly digest: string;
  readonly subject: string;
  /** The promised indexes that the subject is a child of. */
  readonly parents: readonly string[];
  /** Its cosign tag. @default it has none */
  readonly tag?: string;
}

function* listAttachments(holdings: Attachments): Generator<Attachment> {
  for (const [tag, digest] of holdings.tags) {
    const subject = signedDigest(tag);
    if (subject !== undefined) yield { digest, subject, tag, parents: holdings.parents.get(subject) ?? [] };
  }
  for (const [subject, digests] of holdings.referrers) {
    for (const digest of digests) yield { digest, subject, parents: holdings.parents.get(subject) ?? [] };
  }
}

/** One manifest may have several tags, and may come from two sources. */
function joinPlans(plan: ImagePlan, other: ImagePlan | undefined): ImagePlan {
  if (!other) return plan;
  const missing = new Map(other.missing.map((each) => [each.target, each]));
  for (const { target, content, tags } of plan.missing) {
    const known = missing.get(target);
    const all = [...new Set([...tags, ...(known?.tags ?? [])])].sort();
    missing.set(target, { target, content: content || known?.content === true, tags: all });
  }
  return { ...other, missing: [...missing.values()].sort((a, b) => (a.target < b.target ? -1 : 1)) };
}

class SignaturePlanner {
  readonly #scene: SignatureScene;
  readonly #destinations: ReadonlyMap<string, Destinations>;

  constructor(scene: SignatureScene) {
    this.#scene = scene;
    this.#destinations = new Map(scene.accepted.map(({ image, destinations }) => [image.digest, destinations]));
  }

  plan(): ImagePlan[] {
    const plans = new Map<string, ImagePlan>();
    for (const { source, holdings, projectOf, mirror } of [...this.#stagingSources(), ...this.#originSources()]) {
      for (const attachment of listAttachments(holdings)) {
        const isPromoted = this.#destinations.has(attachment.digest) && attachment.tag === undefined;
        const isThere = mirror === undefined || isDestination(this.#destinationsOf(attachment), mirror);
        if (isPromoted || !isThere) continue;
        const plan = this.#planAttachment(attachment, projectOf(attachment), source);
        // What two sources have comes from the first: from staging, if it still has it.
        if (plan) plans.set(plan.digest, joinPlans(plan, plans.get(plan.digest)));
      }
    }
    return [...plans.values()];
  }

  #stagingSources(): AttachmentSource[] {
    const { accepted, sources } = this.#scene;
    const projects = new Map(
      accepted.flatMap(({ image, sources: from }) => from.map((source) => [source, image.project])),
    );
    return [...projects].flatMap(([source, project]) => {
      const holdings = sources.get(source);
      return holdings && !(holdings instanceof Unread) ? [{ source, holdings, projectOf: () => project }] : [];
    });
  }

  /** Staging deletes what is old, and the origin keeps it: other mirrors get it from there. */
  #originSources(): AttachmentSource[] {
    const { accepted, repository, registries } = this.#scene;
    const projects = new Map(accepted.map(({ image }) => [image.digest, image.project]));
    const first = accepted[0]?.image.project ?? "";
    const projectOf = ({ subject, parents }: Attachment) =>
      [subject, ...parents].map((digest) => projects.get(digest)).find((project) => project !== undefined) ?? first;
    return [...registries.keys()].flatMap(({ attachments, mirror, sourceOf }) => {
      const holdings = attachments?.get(repository);
      return holdings ? [{ source: sourceOf(repository), holdings, projectOf, mirror }] : [];
    });
  }

  #planAttachment(attachment: Attachment, project: string, source: string): ImagePlan | undefined {
    const missing = [...this.#missingAtRegistries(attachment, project), ...this.#missingAtBuckets(attachment)];
    if (missing.length === 0) return undefined;
    missing.sort((a, b) => (a.target < b.target ? -1 : 1));
    const { digest, subject: attachedTo } = attachment;
    const { repository, scopeOf } = this.#scene;
    return { project, source, repository, digest, attachedTo, missing, ...scopeOf(this.#destinationsOf(attachment)) };
  }

  /** Only where the subject is already: elsewhere it does not go, or comes with everything that is attached to it. */
  #missingAtRegistries(attachment: Attachment, project: string): Missing[] {
    const { digest, tag } = attachment;
    const missing: Missing[] = [];
    for (const [registry, holdings] of this.#scene.registries) {
      if (!this.#hasSubject(attachment, registry.mirror, holdings.digests)) continue;
      const found = tag === undefined ? undefined : holdings.tags.get(tag);
      if (tag !== undefined && found !== undefined && found !== digest) {
        this.#reportOtherSignature(tag, project, registry.name);
        continue;
      }
      const content = !holdings.digests.has(digest) && found === undefined;
      const tags = tag !== undefined && found === undefined ? [tag] : [];
      if (content || tags.length > 0) missing.push({ target: registry.name, content, tags });
    }
    return missing;
  }

  #missingAtBuckets(attachment: Attachment): Missing[] {
    const { digest } = attachment;
    return this.#scene.buckets.flatMap(({ name, mirror, complete }) => {
      if (complete instanceof Unread) return [];
      const isWanted = this.#hasSubject(attachment, mirror, complete);
      return isWanted && !complete.has(digest) ? [{ target: name, content: true, tags: [] }] : [];
    });
  }

  /** Whether a mirror should have the subject, and has it. A child comes with its index. */
  #hasSubject(attachment: Attachment, mirror: string, digests: ReadonlySet<string>): boolean {
    if (!isDestination(this.#destinationsOf(attachment), mirror)) return false;
    const { subject, parents } = attachment;
    return digests.has(subject) || parents.some((parent) => this.#destinations.has(parent) && digests.has(parent));
  }

  /** A subject that is not promised itself is a child of an index that is. */
  #destinationsOf({ subject, parents }: Attachment): Destinations {
    const known = [subject, ...parents].map((digest) => this.#destinations.get(digest));
    const given = known.filter((each) => each !== undefined);
    return given.length === 0 ? "all" : given.reduce(joinDestinations);
  }

  /** Signatures are added to by rewriting their tag, at the source or by someone at the mirror: neither must get lost. */
  #reportOtherSignature(tag: string, project: string, target: string): void {
    const artifact = `${this.#scene.repository}:${tag}`;
    const message = `${artifact} has other signatures at ${target} than at the source; ${target} keeps its own`;
    const fix = "Compare the two; remove the one at the mirror if it should be replaced.";
    this.#scene.findings.add({ kind: "moved", severity: "warning", project, artifact, target, message, fix });
  }
}

/**
 * What the source has for images that are already at mirrors, or the origin where the source has deleted it: cosign's tags, and the
 * referrers that were asked for.
 */
export function planSignatures(scene: SignatureScene): ImagePlan[] {
  return new SignaturePlanner(scene).plan();
}
