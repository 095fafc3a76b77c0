import { z } from "zod";
import type { Descriptor } from "../../../stores/registry/content";
import type { ImageContent } from "../image-content";
import { parseBoundedJson } from "../parse-bounded-json";
import { cosignAnnotations, createCosignBundle } from "./cosign-bundle";
import { type Envelope, encodeEnvelope, readEnvelope } from "./envelope";
import type { Evidence } from "./evidence";
import type { SignatureVerifier } from "./signature-verifier";
import { readStatement, statementType } from "./statement";

/** sigstore/cosign, specs/SIGNATURE_SPEC.md, and specs/BUNDLE_SPEC.md. */
const layerTypes = {
  signature: "application/vnd.dev.cosign.simplesigning.v1+json",
  attestation: "application/vnd.dsse.envelope.v1+json",
  bundle: /^application\/vnd\.dev\.sigstore\.bundle(\.v[0-9.]+)?\+json/,
} as const;

/** What cosign 3 attests when it signs an image (sigstore/cosign, specs/COSIGN_PREDICATE_SPEC.md). */
const signaturePredicate = "https://sigstore.dev/cosign/sign/v1";

/** Signatures that are verified of one manifest: images have fewer than ten. */
const mostSignatures = 100;

/** sigstore/cosign, specs/SIGNATURE_SPEC.md, "Simple Signing". */
const payloadShape = z.object({
  critical: z.object({
    image: z.object({ "docker-manifest-digest": z.string() }),
    type: z.literal("cosign container image signature"),
  }),
});
const bundleShape = z.object({
  messageSignature: z.object({ signature: z.string().min(1) }).optional(),
  dsseEnvelope: z.unknown().optional(),
});

/**
 * Reads and verifies the signatures and attestations of a manifest: cosign's under its tags, and Sigstore's bundles among the
 * referrers. A statement about another digest does not count, even with a valid signature.
 *
 * @param subject the digest of a manifest of the image
 * @throws StoreError if one of them cannot be read
 */
export async function readEvidence(
  content: Pick<ImageContent, "attachedTo" | "bytesOf" | "readDocument">,
  subject: string,
  verifier: SignatureVerifier,
): Promise<readonly Evidence[]> {
  const layers = content.attachedTo(subject).flatMap(({ layers }) => layers);
  const signed = layers.filter(({ mediaType }) => isSigned(mediaType)).slice(0, mostSignatures);
  const evidence: Evidence[] = [];
  for (const layer of signed) {
    evidence.push(readOne(layer, await content.readDocument(layer), subject, content.bytesOf(subject), verifier));
  }
  return evidence;
}

function isSigned(mediaType: string): boolean {
  return (
    mediaType === layerTypes.signature || mediaType === layerTypes.attestation || layerTypes.bundle.test(mediaType)
  );
}

function refuse(reason: string): Evidence {
  return { check: { reason } };
}

function readOne(
  layer: Descriptor,
  document: Buffer,
  subject: string,
  manifest: Buffer | undefined,
  verifier: SignatureVerifier,
): Evidence {
  const { annotations = {} } = layer;
  if (layer.mediaType === layerTypes.signature) return readSimpleSigning(annotations, document, subject, verifier);
  const value = parseBoundedJson(document);
  if (layer.mediaType === layerTypes.attestation) {
    const envelope = readEnvelope(value);
    if (!envelope) return refuse("it is not an envelope with one signature");
    return readAttestation(envelope, createCosignBundle(annotations, { dsseEnvelope: value }), subject, verifier);
  }
  return readBundle(value, subject, manifest, verifier);
}

function readSimpleSigning(
  annotations: Readonly<Record<string, string>>,
  payload: Buffer,
  subject: string,
  verifier: SignatureVerifier,
): Evidence {
  const { data } = payloadShape.safeParse(parseBoundedJson(payload));
  if (!data) return refuse("its payload is not cosign's");
  const digest = data.critical.image["docker-manifest-digest"];
  if (digest !== subject) return refuse(`it is about another image, ${digest.slice(0, 80)}`);
  const signature = Buffer.from(annotations[cosignAnnotations.signature] ?? "", "base64");
  const bundle = createCosignBundle(annotations, { payload, signature });
  return { check: verifier.verify({ message: payload, signature, ...(bundle !== undefined && { bundle }) }) };
}

function readBundle(
  value: unknown,
  subject: string,
  manifest: Buffer | undefined,
  verifier: SignatureVerifier,
): Evidence {
  const { data } = bundleShape.safeParse(value);
  // One of the two, so that what is verified is what is read.
  if (data?.messageSignature && data.dsseEnvelope !== undefined) return refuse("it has two signatures at once");
  const envelope = readEnvelope(data?.dsseEnvelope);
  if (envelope) return readAttestation(envelope, value, subject, verifier);
  if (!data?.messageSignature || !manifest) return refuse("it is not a bundle with one signature");
  const signature = Buffer.from(data.messageSignature.signature, "base64");
  return { check: verifier.verify({ message: manifest, signature, bundle: value }) };
}

function readAttestation(envelope: Envelope, bundle: unknown, subject: string, verifier: SignatureVerifier): Evidence {
  const statement = envelope.payloadType === statementType ? readStatement(envelope.payload) : undefined;
  if (!statement) return refuse("its payload is not a statement of in-toto");
  const { predicateType, predicate, subjects } = statement;
  const isAbout = subjects.includes(subject.slice("sha256:".length));
  const check = isAbout
    ? verifier.verify({
        message: encodeEnvelope(envelope),
        signature: envelope.signature,
        ...(bundle !== undefined && { bundle }),
      })
    : { reason: "it is about another image" };
  return predicateType === signaturePredicate ? { check } : { check, predicateType, predicate };
}
