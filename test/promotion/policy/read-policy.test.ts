import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { policyOf } from "../../../promotion/policy/policy";
import { readPolicy } from "../../../promotion/policy/read-policy";
import { writeTree } from "../manifests/manifest-tree";
import { authority } from "./signed-images";
import { publicPem } from "./signing-authority";

const key = publicPem(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
const short = publicPem(generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey);
const indented = (pem: string) => pem.trim().split("\n").join("\n          ");

function read(text: string, more: Readonly<Record<string, string>> = {}) {
  const folder = writeTree({ "policy.yaml": text, ...more });
  return readPolicy({ file: join(folder, "policy.yaml"), isRequired: true }, { projects: new Set(["app", "etcd"]) });
}

const whole = `
trusted-root: root.json
defaults:
  image-names: { allow: [app/**] }
  tags: { allow: [v*], deny: ["*-dirty"] }
  sizes: { image: 10 GB, layer: 1.5 GB, file: 500 MB }
  signers:
    - issuer: https://token.actions.githubusercontent.com
      subject: https://github.com/example-org/app/.github/workflows/release.yaml@refs/tags/*
  signature: true
  vulnerabilities: { at-most: medium, days: 30 }
projects:
  etcd:
    tags: { deny: [latest] }
    signers:
      - public-key: |
          ${indented(key)}
    without: [vulnerabilities, sizes]
`;

test("a project's rules replace those of the defaults, and it may go without some", () => {
  const reading = read(whole, { "root.json": authority.trustedRoot });
  expect(reading.problems).toEqual([]);
  if (!reading.ok || !reading.policy) throw new Error("not read");
  const { policy } = reading;
  expect(policy.trustedRoot).toBe(authority.trustedRoot);
  expect(policyOf(policy, "app")).toMatchObject({
    sizes: { image: 10_000_000_000, layer: 1_500_000_000, file: 500_000_000 },
    tags: { allow: ["v*"], deny: ["*-dirty"] },
    vulnerabilities: { atMost: "medium", days: 30 },
    signature: true,
    sbom: false,
  });
  const etcd = policyOf(policy, "etcd");
  expect(etcd).toMatchObject({ imageNames: { allow: ["app/**"] }, tags: { deny: ["latest"] }, signature: true });
  expect(etcd.tags).toEqual({ deny: ["latest"] });
  expect(etcd).not.toHaveProperty("vulnerabilities");
  expect(etcd).not.toHaveProperty("sizes");
  expect(etcd.signers).toEqual([{ publicKey: expect.stringContaining("BEGIN PUBLIC KEY") }]);
});

test.each<[string, string, string, number, number]>([
  ["an unknown field", "defaults: { image-name: { allow: [x] } }\n", "schema/unknown-field", 1, 13],
  ["an unknown rule", "projects:\n  app:\n    without: [signatur]\n", "schema/bad-value", 3, 15],
  ["a size without a unit", "defaults: { sizes: { image: 10000 } }\n", "schema/wrong-type", 1, 29],
  [
    "a severity that does not exist",
    "defaults: { vulnerabilities: { at-most: severe, days: 1 } }\n",
    "schema/bad-value",
    1,
    41,
  ],
  [
    "anyone's signature",
    "defaults: { signers: [{ issuer: https://a.example.org, subject: '**' }] }\n",
    "schema/bad-value",
    1,
    65,
  ],
  [
    "an issuer that is no URL",
    "defaults: { signers: [{ issuer: a.example.org, subject: b }] }\n",
    "schema/bad-value",
    1,
    33,
  ],
  ["a project without signers", "projects:\n  app:\n    signature: true\n", "policy-file/no-signers", 2, 3],
  [
    "a project that removes the signers",
    "defaults:\n  signature: true\n  signers: [{ issuer: https://a.example.org, subject: b }]\nprojects:\n  app: { signers: [] }\n",
    "policy-file/no-signers",
    5,
    3,
  ],
  ["a project that is misspelt", "projects:\n  ap: { sbom: false }\n", "policy-file/unknown-project", 2, 3],
  [
    "a rule that is there and not there",
    "projects:\n  app: { tags: { deny: [x] }, without: [tags] }\n",
    "policy-file/contradiction",
    2,
    41,
  ],
  ["a trusted root that is not there", "trusted-root: root.json\n", "policy-file/trusted-root", 1, 15],
  ["a path that leads elsewhere", "trusted-root: ../root.json\n", "schema/bad-value", 1, 15],
  ["an empty file", "# nothing\n", "file/empty", 1, 1],
])("%s is an error with its place", (_, text, rule, line, column) => {
  const reading = read(text);
  expect(reading.ok).toBe(false);
  expect(reading.problems).toMatchObject([{ rule, line, column, severity: "error", fix: expect.stringMatching(/\S/) }]);
});

test.each([
  ["a key that is too short", short, "an RSA key with only 1024 bits"],
  ["a private key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "not a public key as PEM"],
])("%s is an error", (_, pem, message) => {
  const reading = read(`defaults:\n  signers:\n      - public-key: |\n          ${indented(pem)}\n`);
  expect(reading.problems).toMatchObject([{ line: 3, message: expect.stringContaining(message) }]);
});

test("another file is not a trusted root", () => {
  const reading = read("trusted-root: root.json\n", { "root.json": "{}" });
  expect(reading.problems).toMatchObject([
    {
      rule: "policy-file/trusted-root",
      message: expect.stringContaining("root.json is not a trusted root of Sigstore"),
    },
  ]);
});

test("without a file there is no policy, unless the inventory names it", () => {
  const file = join(writeTree({ x: "" }), "policy.yaml");
  expect(readPolicy({ file, isRequired: false })).toEqual({ ok: true, policy: undefined, problems: [] });
  const reading = readPolicy({ file, isRequired: true });
  expect(reading).toMatchObject({ ok: false, problems: [{ rule: "file/unreadable" }] });
});
