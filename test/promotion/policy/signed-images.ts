import { readClosure } from "../../../promotion/image/read-closure";
import type { JudgedImage } from "../../../promotion/policy/judged-artifact";
import type { Policy, ProjectPolicy } from "../../../promotion/policy/policy";
import { PolicyJudge } from "../../../promotion/policy/policy-judge";
import type { Verdict } from "../../../promotion/policy/verdict";
import { type Content, createJsonContent, type Descriptor, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { MemoryImageRepository } from "../image/memory-image-repository";
import { annotationsOf, bundleOf, type Identity, now, SigningAuthority } from "./signing-authority";

/** An authority whose root the policies of these tests trust. */
export const authority = new SigningAuthority();

/** The release workflow of a project. */
export const release: Identity = {
  subject: "https://github.com/example-org/app/.github/workflows/release.yaml@refs/tags/v1.0.0",
  issuer: "https://token.actions.githubusercontent.com",
};

/** As a policy names it. */
export const releaseSigner = { issuer: release.issuer, subject: release.subject.replace("v1.0.0", "*") };

/** Asks for nothing. */
export const lenient: ProjectPolicy = {
  signers: [],
  signature: false,
  attestations: [],
  sbom: false,
  unsignedReports: false,
};

/** A staging repository with images, and what is attached to them. */
export class SignedImages extends MemoryImageRepository {
  readonly signatureTags = new Map<string, string[]>();

  /** An image with a layer for a platform. */
  addImage(seed: string, size = 100): Content {
    const config = this.holdBlob(
      mediaTypes.config,
      Buffer.from(`{"os":"linux","architecture":"amd64","seed":"${seed}"}`),
    );
    const layer = { mediaType: mediaTypes.layer, digest: `sha256:${"0".repeat(64)}`, size };
    return this.hold(this.#manifest(config, [layer]));
  }

  /** An index of images for platforms. */
  addIndex(children: Readonly<Record<string, Content>>): Content {
    const manifests = Object.entries(children).map(([platform, content]) => {
      const [os, architecture, variant] = platform.split("/");
      return { ...descriptorOf(content), platform: { os, architecture, ...(variant && { variant }) } };
    });
    return this.hold(createJsonContent(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests }));
  }

  #manifest(config: Descriptor, layers: readonly object[], more: object = {}): Content {
    const fields = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers, ...more };
    return createJsonContent(mediaTypes.manifest, fields);
  }

  /** Attaches a layer under a cosign tag. */
  attachTagged(suffix: string, subject: Content, layers: readonly object[]): void {
    const config = this.holdBlob(mediaTypes.config, Buffer.from("{}"));
    const tag = `${subject.digest.replace(":", "-")}.${suffix}`;
    this.hold(this.#manifest(config, layers), tag);
    this.signatureTags.set(subject.digest, [...(this.signatureTags.get(subject.digest) ?? []), tag]);
  }

  /** Attaches a document as a referrer. */
  attachReferrer(subject: Content, mediaType: string, bytes: Buffer, annotations: Record<string, string> = {}): void {
    const config = this.holdBlob("application/vnd.oci.empty.v1+json", Buffer.from("{}"));
    const more = { artifactType: mediaType, annotations, subject: descriptorOf(subject) };
    this.hold(this.#manifest(config, [this.holdBlob(mediaType, bytes)], more));
  }

  /** Signs as cosign 2 does. @param about the digest in the payload */
  sign(subject: Content, identity: Identity = release, about = subject.digest): void {
    const payload = Buffer.from(payloadOf(about));
    const layer = this.holdBlob("application/vnd.dev.cosign.simplesigning.v1+json", payload);
    const annotations = annotationsOf(authority.signPayload(payload, identity));
    this.attachTagged("sig", subject, [{ ...layer, annotations }]);
  }

  /** Attests as cosign 3 does: a bundle as a referrer. */
  attest(subject: Content, predicateType: string, predicate: unknown, identity: Identity = release): void {
    const signed = authority.signStatement(statementOf(subject.digest, predicateType, predicate), identity);
    const bundle = bundleOf(signed, { dsseEnvelope: signed.envelope });
    this.attachReferrer(subject, "application/vnd.dev.sigstore.bundle.v0.3+json", Buffer.from(JSON.stringify(bundle)));
  }

  /** Judges an image by what it consists of. */
  async judge(
    content: Content,
    policy: Partial<ProjectPolicy>,
    image: Partial<JudgedImage> = {},
    trustedRoot = authority.trustedRoot,
  ): Promise<readonly Verdict[]> {
    const { signatureTags } = this;
    const closure = await readClosure(content.digest, { repository: this, signatureTags });
    const named = { project: "app", repository: "app/server", digest: content.digest, tags: ["v1"], ...image };
    return createJudge(policy, trustedRoot).judgeContent(named, closure, this);
  }
}

/** A judge with one policy for all projects. */
export function createJudge(policy: Partial<ProjectPolicy>, trustedRoot = authority.trustedRoot): PolicyJudge {
  const whole: Policy = { file: "policy.yaml", defaults: { ...lenient, ...policy }, projects: new Map(), trustedRoot };
  return new PolicyJudge(whole, [], () => now);
}

/** What cosign 2 signs. */
export function payloadOf(digest: string): string {
  const critical = {
    identity: { "docker-reference": "registry.example.org/staging/app" },
    image: { "docker-manifest-digest": digest },
    type: "cosign container image signature",
  };
  return JSON.stringify({ critical, optional: null });
}

/** An in-toto statement about a digest. */
export function statementOf(digest: string, predicateType: string, predicate: unknown): Buffer {
  const subject = [{ name: "", digest: { sha256: digest.slice(7) } }];
  return Buffer.from(JSON.stringify({ _type: "https://in-toto.io/Statement/v1", subject, predicateType, predicate }));
}
