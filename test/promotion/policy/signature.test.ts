import { generateKeyPairSync, sign } from "node:crypto";
import { authority, payloadOf, release, releaseSigner, SignedImages, statementOf } from "./signed-images";
import { annotationsOf, bundleOf, now, publicPem, SigningAuthority } from "./signing-authority";

const keyless = { signature: true, signers: [releaseSigner] };
const signaturePredicate = "https://sigstore.dev/cosign/sign/v1";
const simpleSigning = "application/vnd.dev.cosign.simplesigning.v1+json";

/** What the rule says about an image. */
async function judge(
  prepare: (images: SignedImages, image: ReturnType<SignedImages["addImage"]>) => void,
  policy = keyless,
) {
  const images = new SignedImages();
  const image = images.addImage("one");
  prepare(images, image);
  const [verdict] = await images.judge(image, policy);
  return verdict;
}

describe("a signature by an identity that the policy names", () => {
  test.each<[string, Parameters<typeof judge>[0]]>([
    ["cosign 2, under a tag", (images, image) => images.sign(image)],
    ["cosign 3, a bundle among the referrers", (images, image) => images.attest(image, signaturePredicate, {})],
    [
      "a bundle about the bytes of the manifest",
      (images, image) => {
        const signed = authority.signPayload(image.bytes, release);
        const messageDigest = {
          algorithm: "SHA2_256",
          digest: Buffer.from(image.digest.slice(7), "hex").toString("base64"),
        };
        const messageSignature = { messageDigest, signature: signed.signature.toString("base64") };
        const bundle = bundleOf(signed, { messageSignature });
        const type = "application/vnd.dev.sigstore.bundle.v0.3+json";
        images.attachReferrer(image, type, Buffer.from(JSON.stringify(bundle)));
      },
    ],
    [
      "one of several, others of which do not count",
      (images, image) => {
        images.attest(image, signaturePredicate, {}, { ...release, issuer: "https://accounts.example.org" });
        images.sign(image);
      },
    ],
  ])("%s", async (_, prepare) => {
    const verdict = await judge(prepare);
    expect(verdict).toEqual({
      project: "app",
      artifact: "app/server:v1",
      rule: "policy/signature",
      isAllowed: true,
      saw: `signed by ${release.subject} (${release.issuer})`,
    });
  });

  test("that of an index vouches for its children", async () => {
    const images = new SignedImages();
    const index = images.addIndex({ "linux/amd64": images.addImage("one"), "linux/arm64": images.addImage("two") });
    images.sign(index);
    expect(await images.judge(index, keyless)).toMatchObject([{ isAllowed: true }]);
  });
});

const other = new SigningAuthority();

describe("a signature that does not count", () => {
  test.each<[string, Parameters<typeof judge>[0], string]>([
    ["there is none", () => {}, "no signature"],
    [
      "another identity",
      (images, image) =>
        images.sign(image, {
          ...release,
          subject: "https://github.com/mallory/app/.github/workflows/release.yaml@refs/tags/v1",
        }),
      "which is not one of the signers",
    ],
    [
      "another issuer",
      (images, image) => images.sign(image, { ...release, issuer: "https://accounts.example.org" }),
      "which has an issuer that none of the signers has",
    ],
    [
      "another image",
      (images, image) => images.sign(image, release, `sha256:${"1".repeat(64)}`),
      `it is about another image, sha256:${"1".repeat(64)}`,
    ],
    [
      "another image, in a bundle",
      (images, image) => {
        const signed = authority.signStatement(
          statementOf(`sha256:${"1".repeat(64)}`, signaturePredicate, {}),
          release,
        );
        const bundle = bundleOf(signed, { dsseEnvelope: signed.envelope });
        images.attachReferrer(
          image,
          "application/vnd.dev.sigstore.bundle.v0.3+json",
          Buffer.from(JSON.stringify(bundle)),
        );
      },
      "it is about another image",
    ],
    [
      "neither a log entry nor a timestamp: the certificate may have expired",
      (images, image) => images.sign(image, { ...release, isLogged: false }),
      "nothing shows that it was made while its certificate was valid",
    ],
    [
      "made after its certificate had expired",
      (images, image) => images.sign(image, { ...release, logged: new Date(now.getTime() + 3_600_000) }),
      "its certificate was not valid when it was made",
    ],
    [
      "a certificate that is not logged",
      (images, image) => images.sign(image, { ...release, hasSct: false }),
      "its certificate is not in the log of certificates",
    ],
    [
      "another authority",
      (images, image) => {
        const payload = Buffer.from(payloadOf(image.digest));
        const annotations = annotationsOf(other.signPayload(payload, release));
        images.attachTagged("sig", image, [{ ...images.holdBlob(simpleSigning, payload), annotations }]);
      },
      "its certificate is not from a trusted authority",
    ],
    [
      "a payload that was changed after signing",
      (images, image) => {
        const payload = payloadOf(image.digest);
        const annotations = annotationsOf(
          authority.signPayload(Buffer.from(payload.replace("staging/app", "x")), release),
        );
        images.attachTagged("sig", image, [{ ...images.holdBlob(simpleSigning, Buffer.from(payload)), annotations }]);
      },
      "its log entry is about other bytes, which were changed",
    ],
    [
      "a statement that was changed after signing",
      (images, image) => {
        const signed = authority.signStatement(
          statementOf(`sha256:${"1".repeat(64)}`, signaturePredicate, {}),
          release,
        );
        const payload = statementOf(image.digest, signaturePredicate, {}).toString("base64");
        const bundle = bundleOf(signed, { dsseEnvelope: { ...signed.envelope, payload } });
        images.attachReferrer(
          image,
          "application/vnd.dev.sigstore.bundle.v0.3+json",
          Buffer.from(JSON.stringify(bundle)),
        );
      },
      "its log entry is about other bytes, which were changed",
    ],
    [
      "a log entry of another signature",
      (images, image) => {
        const payload = Buffer.from(payloadOf(image.digest));
        const [one, two] = [authority.signPayload(payload, release), authority.signPayload(payload, release)];
        const annotations = annotationsOf({ ...one, logEntry: two.logEntry });
        images.attachTagged("sig", image, [{ ...images.holdBlob(simpleSigning, payload), annotations }]);
      },
      "its log entry is about other bytes, which were changed, or about another signature",
    ],
    [
      "two signatures at once",
      (images, image) => {
        const signed = authority.signStatement(statementOf(image.digest, signaturePredicate, {}), release);
        const messageSignature = { signature: signed.signature.toString("base64") };
        const bundle = bundleOf(signed, { dsseEnvelope: signed.envelope, messageSignature });
        images.attachReferrer(
          image,
          "application/vnd.dev.sigstore.bundle.v0.3+json",
          Buffer.from(JSON.stringify(bundle)),
        );
      },
      "it has two signatures at once",
    ],
    [
      "a checkpoint whose name is a slow regular expression",
      (images, image) => {
        const signed = authority.signStatement(statementOf(image.digest, signaturePredicate, {}), release);
        const text = JSON.stringify(bundleOf(signed, { dsseEnvelope: signed.envelope }));
        const evil = text.replace("\u2014 log.example.org ", "\u2014 ((.+)+)+! ");
        images.attachReferrer(image, "application/vnd.dev.sigstore.bundle.v0.3+json", Buffer.from(evil));
      },
      "a signature with a strange name",
    ],
    [
      "nothing but brackets",
      (images, image) =>
        images.attachReferrer(
          image,
          "application/vnd.dev.sigstore.bundle.v0.3+json",
          Buffer.from("[".repeat(1_000_000)),
        ),
      "it is not a bundle with one signature",
    ],
  ])("%s", async (_, prepare, reason) => {
    const verdict = await judge(prepare);
    expect(verdict).toMatchObject({ rule: "policy/signature", isAllowed: false, saw: expect.stringContaining(reason) });
    expect(verdict?.fix).toContain("in staging as https://github.com/example-org/app/");
  });

  test("an attestation is no signature", async () => {
    const verdict = await judge((images, image) => images.attest(image, "https://slsa.dev/provenance/v1", {}));
    expect(verdict).toMatchObject({ isAllowed: false, saw: "no signature" });
  });

  test("a payload whose blob is gone or damaged is an error of the store", async () => {
    const images = new SignedImages();
    const image = images.addImage("one");
    images.sign(image);
    for (const [digest, bytes] of images.blobs)
      if (`${bytes}`.includes("critical")) images.blobs.set(digest, Buffer.from("x"));
    await expect(images.judge(image, keyless)).rejects.toMatchObject({ fault: "corrupt" });
  });
});

describe("a signature by a key", () => {
  const pairs = {
    "ECDSA on P-256": generateKeyPairSync("ec", { namedCurve: "P-256" }),
    Ed25519: generateKeyPairSync("ed25519"),
    "RSA with 2,048 bits": generateKeyPairSync("rsa", { modulusLength: 2_048 }),
  };

  function signWith(privateKey: Parameters<typeof publicPem>[0]) {
    return (images: SignedImages, image: ReturnType<SignedImages["addImage"]>) => {
      const payload = Buffer.from(payloadOf(image.digest));
      const signature = sign(privateKey.asymmetricKeyType === "ed25519" ? null : "sha256", payload, privateKey);
      const annotations = { "dev.cosignproject.cosign/signature": signature.toString("base64") };
      images.attachTagged("sig", image, [{ ...images.holdBlob(simpleSigning, payload), annotations }]);
    };
  }

  test.each(Object.entries(pairs))("%s", async (_, { privateKey }) => {
    const policy = { signature: true, signers: [{ publicKey: publicPem(privateKey) }] };
    const verdict = await judge(signWith(privateKey), policy as never);
    expect(verdict).toMatchObject({ isAllowed: true, saw: expect.stringMatching(/^signed by the key [0-9a-f]{12}$/) });
  });

  test("another key does not count", async () => {
    const policy = { signature: true, signers: [{ publicKey: publicPem(pairs.Ed25519.privateKey) }] };
    const verdict = await judge(signWith(pairs["ECDSA on P-256"].privateKey), policy as never);
    expect(verdict).toMatchObject({
      isAllowed: false,
      saw: "no signature that counts: it is not by a key of the policy",
    });
  });
});
