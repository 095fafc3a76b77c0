import fc from "fast-check";
import type { ManifestFields } from "../../../promotion/policy/read-manifest-fields";
import { readEvidence } from "../../../promotion/policy/signatures/read-evidence";
import { SignatureVerifier } from "../../../promotion/policy/signatures/signature-verifier";
import { isVerified } from "../../../promotion/policy/signatures/signed-content";
import { runs } from "../../property-runs";
import { authority, payloadOf, release, releaseSigner, statementOf } from "./signed-images";
import { annotationsOf, bundleOf, type SignedMaterial } from "./signing-authority";

const subject = `sha256:${"5".repeat(64)}`;
const verifier = new SignatureVerifier([releaseSigner], authority.trustedRoot);

/** The parts of a signature, each as bytes. */
interface Parts {
  payload: Buffer;
  signature: Buffer;
  certificate: Buffer;
  body: Buffer;
  promise: Buffer;
}
const partNames = ["payload", "signature", "certificate", "body", "promise"] as const;

async function verify(mediaType: string, document: Buffer, annotations: Readonly<Record<string, string>> = {}) {
  const layer = { mediaType, digest: subject, size: document.length, annotations };
  const content = {
    attachedTo: () => [{ layers: [layer] } as unknown as ManifestFields],
    bytesOf: () => undefined,
    readDocument: async () => document,
  };
  const [evidence] = await readEvidence(content, subject, verifier);
  return evidence !== undefined && isVerified(evidence.check);
}

function partsOf(payload: Buffer, { signature, certificate, logEntry }: SignedMaterial): Parts {
  const body = Buffer.from(logEntry?.body ?? "", "base64");
  return {
    payload,
    signature,
    certificate,
    body,
    promise: Buffer.from(logEntry?.signedEntryTimestamp ?? "", "base64"),
  };
}

/** What the authority signed of a certificate: not the header around it, and the algorithm's name after it (RFC 5280, section 4.1). */
function signedPart(certificate: Buffer): readonly [number, number] {
  return [4, 8 + certificate.readUInt16BE(6)];
}

/** Signed material with the given parts in place of its own. */
function materialOf(material: SignedMaterial, { signature, certificate, body, promise }: Parts): SignedMaterial {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  const pem = `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  const { logEntry } = material;
  const changed = { body: body.toString("base64"), signedEntryTimestamp: promise.toString("base64") };
  return { signature, certificate, pem, logEntry: logEntry && { ...logEntry, ...changed } };
}

const payload = Buffer.from(payloadOf(subject));
const simple = authority.signPayload(payload, release);
const statement = statementOf(subject, "https://slsa.dev/provenance/v1", { builder: "x" });
const attested = authority.signStatement(statement, release);

const forms: Readonly<Record<string, { readonly parts: Parts; readonly check: (parts: Parts) => Promise<boolean> }>> = {
  "a signature of cosign 2": {
    parts: partsOf(payload, simple),
    check: (parts) =>
      verify(
        "application/vnd.dev.cosign.simplesigning.v1+json",
        parts.payload,
        annotationsOf(materialOf(simple, parts)),
      ),
  },
  "a bundle": {
    parts: partsOf(statement, attested),
    check: (parts) => {
      const signatures = [{ keyid: "", sig: parts.signature.toString("base64") }];
      const dsseEnvelope = { ...attested.envelope, payload: parts.payload.toString("base64"), signatures };
      const bundle = bundleOf(materialOf(attested, parts), { dsseEnvelope });
      return verify("application/vnd.dev.sigstore.bundle.v0.3+json", Buffer.from(JSON.stringify(bundle)));
    },
  },
};

describe.each(Object.entries(forms))("%s", (_, { parts, check }) => {
  test("counts as it is", async () => {
    expect(await check(parts)).toBe(true);
  });

  test("does not count with any bit of any part changed", async () => {
    const place = fc.record({ name: fc.constantFrom(...partNames), at: fc.nat(), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(place, async ({ name, at, bit }) => {
        const bytes = Buffer.from(parts[name]);
        const [from, until] = name === "certificate" ? signedPart(bytes) : [0, bytes.length];
        const index = from + (at % (until - from));
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        expect(await check({ ...parts, [name]: bytes })).toBe(false);
      }),
      runs(60),
    );
  });
});

test("any JSON in place of a bundle is refused, and nothing is thrown", async () => {
  await fc.assert(
    fc.asyncProperty(fc.json(), async (json) => {
      expect(await verify("application/vnd.dev.sigstore.bundle.v0.3+json", Buffer.from(json))).toBe(false);
    }),
    runs(200),
  );
});
