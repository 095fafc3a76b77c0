import { generateKeyPairSync, sign } from "node:crypto";
import { payloadOf, releaseSigner, SignedImages } from "./signed-images";
import { publicPem } from "./signing-authority";

jest.mock("@sigstore/verify", () => {
  throw new Error("@sigstore/verify was loaded");
});

const { privateKey } = generateKeyPairSync("ed25519");
const policy = { signature: true, sbom: true, unsignedReports: true, sizes: { image: 1_000_000 } };

test("Sigstore's packages are loaded with the first signature that has a certificate, and not before", async () => {
  const images = new SignedImages();
  const image = images.addImage("one");
  const payload = Buffer.from(payloadOf(image.digest));
  const annotations = { "dev.cosignproject.cosign/signature": sign(null, payload, privateKey).toString("base64") };
  const layer = images.holdBlob("application/vnd.dev.cosign.simplesigning.v1+json", payload);
  images.attachTagged("sig", image, [{ ...layer, annotations }]);
  const signers = [releaseSigner, { publicKey: publicPem(privateKey) }];
  const verdicts = await images.judge(image, { ...policy, signers });
  expect(verdicts.map(({ rule, isAllowed }) => [rule, isAllowed])).toEqual([
    ["policy/sizes", true],
    ["policy/signature", true],
    ["policy/sbom", false],
  ]);
  const other = images.addImage("two");
  images.sign(other);
  await expect(images.judge(other, { ...policy, signers })).rejects.toThrow("@sigstore/verify was loaded");
});
