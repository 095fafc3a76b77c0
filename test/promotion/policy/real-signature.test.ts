import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ManifestFields } from "../../../promotion/policy/read-manifest-fields";
import { readEvidence } from "../../../promotion/policy/signatures/read-evidence";
import { SignatureVerifier } from "../../../promotion/policy/signatures/signature-verifier";
import type { Signer } from "../../../promotion/policy/signer";
import { type Descriptor, digestOf } from "../../../stores/registry/content";

/** A signature that cosign made with the public instance of Sigstore, in a workflow of GitHub. See its `source`. */
const real = JSON.parse(readFileSync(join(__dirname, "../../fixtures/signatures/real-signature.json"), "utf8")) as {
  readonly subject: string;
  readonly payload: string;
  readonly layer: Descriptor;
};
const workflow = "https://github.com/salrashid123/go-bazel-github-workflow/.github/workflows/release.yaml";
const issuer = "https://token.actions.githubusercontent.com";
const signer: Signer = { issuer, subject: `${workflow}@refs/tags/*` };

async function verify({ payload = real.payload, layer = real.layer, signers = [signer] as readonly Signer[] } = {}) {
  const attached = { layers: [layer] } as unknown as ManifestFields;
  const content = {
    attachedTo: () => [attached],
    bytesOf: () => undefined,
    readDocument: async () => Buffer.from(payload),
  };
  const [evidence] = await readEvidence(content, real.subject, new SignatureVerifier(signers));
  return evidence?.check;
}

test("a real signature is verified with the root of Sigstore's public instance", async () => {
  expect(digestOf(Buffer.from(real.payload))).toBe(real.layer.digest);
  expect(await verify()).toEqual({ signer: `${workflow}@refs/tags/v0.0.30 (${issuer})` });
});

function withAnnotation(name: string, change: (value: string) => string): { readonly layer: Descriptor } {
  const annotations = real.layer.annotations ?? {};
  return { layer: { ...real.layer, annotations: { ...annotations, [name]: change(annotations[name] ?? "") } } };
}

test.each<[string, Parameters<typeof verify>[0], string]>([
  [
    "for another workflow",
    { signers: [{ issuer, subject: "https://github.com/example-org/**" }] },
    "which is not one of the signers",
  ],
  [
    "for another issuer",
    { signers: [{ issuer: "https://accounts.google.com", subject: "**" }] },
    "which has an issuer that",
  ],
  [
    "with another payload about the same image",
    { payload: real.payload.replace("index.docker.io", "registry.example.org") },
    "its log entry is about other bytes, which were changed",
  ],
  [
    "with another time in its log entry",
    withAnnotation("dev.sigstore.cosign/bundle", (bundle) =>
      bundle.replace(/"integratedTime":[0-9]+/, '"integratedTime":1772216447'),
    ),
    "its log entry is not signed by a trusted log",
  ],
  ["without a log entry", withAnnotation("dev.sigstore.cosign/bundle", () => ""), "it has neither a log entry nor"],
  ["without its certificate", withAnnotation("dev.sigstore.cosign/certificate", () => ""), "it has no certificate"],
])("the same signature %s does not count", async (_, change, reason) => {
  expect(await verify(change)).toEqual({ reason: expect.stringContaining(reason) });
});
