import { createHash, X509Certificate } from "node:crypto";
import { z } from "zod";
import { parseBoundedJson } from "../parse-bounded-json";

/** The annotations of a layer with a signature (sigstore/cosign, specs/SIGNATURE_SPEC.md, "Properties"). */
export const cosignAnnotations = {
  signature: "dev.cosignproject.cosign/signature",
  certificate: "dev.sigstore.cosign/certificate",
  bundle: "dev.sigstore.cosign/bundle",
  timestamp: "dev.sigstore.cosign/rfc3161timestamp",
} as const;

type Annotations = Readonly<Record<string, string>>;

/** sigstore/cosign, specs/SIGNATURE_SPEC.md, "bundle": what Rekor promised. */
const rekorShape = z.object({
  SignedEntryTimestamp: z.string(),
  Payload: z.object({
    body: z.string(),
    integratedTime: z.int().positive(),
    logIndex: z.int().nonnegative(),
    logID: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});
const entryShape = z.object({ kind: z.string().max(50), apiVersion: z.string().max(50) });
const timestampShape = z.object({ SignedRFC3161Timestamp: z.string() });

/** What is signed: a payload by itself, or an envelope. */
export type CosignContent =
  | { readonly payload: Buffer; readonly signature: Buffer }
  | { readonly dsseEnvelope: unknown };

/**
 * A signature in cosign's annotations as a bundle of Sigstore (protobuf-specs, `sigstore_bundle.proto`, version 0.1). The intermediate
 * certificates come from the trusted root, whatever `dev.sigstore.cosign/chain` says.
 *
 * @returns undefined if it has no certificate
 */
export function createCosignBundle(annotations: Annotations, content: CosignContent): unknown {
  const certificate = readCertificate(annotations[cosignAnnotations.certificate]);
  if (certificate === undefined) return undefined;
  return {
    mediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1",
    verificationMaterial: {
      x509CertificateChain: { certificates: [{ rawBytes: certificate }] },
      tlogEntries: readLogEntry(annotations[cosignAnnotations.bundle]),
      timestampVerificationData: { rfc3161Timestamps: readTimestamp(annotations[cosignAnnotations.timestamp]) },
    },
    ...("payload" in content ? { messageSignature: createMessageSignature(content) } : content),
  };
}

function createMessageSignature({ payload, signature }: { readonly payload: Buffer; readonly signature: Buffer }) {
  const digest = createHash("sha256").update(payload).digest("base64");
  return { messageDigest: { algorithm: "SHA2_256", digest }, signature: signature.toString("base64") };
}

function readCertificate(pem: string | undefined): string | undefined {
  if (pem === undefined) return undefined;
  try {
    return new X509Certificate(pem).raw.toString("base64");
  } catch {
    return undefined;
  }
}

function readLogEntry(text: string | undefined): readonly unknown[] {
  const { data } = rekorShape.safeParse(text && parseBoundedJson(Buffer.from(text)));
  if (!data) return [];
  const { body, integratedTime, logIndex, logID } = data.Payload;
  const entry = entryShape.safeParse(parseBoundedJson(Buffer.from(body, "base64"))).data;
  if (!entry) return [];
  return [
    {
      logIndex: String(logIndex),
      logId: { keyId: Buffer.from(logID, "hex").toString("base64") },
      kindVersion: { kind: entry.kind, version: entry.apiVersion },
      integratedTime: String(integratedTime),
      inclusionPromise: { signedEntryTimestamp: data.SignedEntryTimestamp },
      canonicalizedBody: body,
    },
  ];
}

function readTimestamp(text: string | undefined): readonly unknown[] {
  const { data } = timestampShape.safeParse(text && parseBoundedJson(Buffer.from(text)));
  return data ? [{ signedTimestamp: data.SignedRFC3161Timestamp }] : [];
}
