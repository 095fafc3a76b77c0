import { createHash } from "node:crypto";
import type { Policy, ProjectPolicy } from "../../../promotion/policy/policy";
import { PolicyJudge } from "../../../promotion/policy/policy-judge";
import { policyRules } from "../../../promotion/policy/policy-rules";
import type { Verdict } from "../../../promotion/policy/verdict";
import type { Content } from "../../../stores/registry/content";
import { createJudge, lenient, release, releaseSigner, SignedImages } from "./signed-images";
import { now } from "./signing-authority";

const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const digest = `sha256:${"a".repeat(64)}`;

function judgeNames(policy: Partial<ProjectPolicy>, repository: string, tags: readonly string[]) {
  return createJudge(policy).judgeImage({ project: "app", repository, digest, tags });
}

function judgeFile(policy: Partial<ProjectPolicy>, path: string, others: Readonly<Record<string, string>>, bytes = 10) {
  const promised = Object.entries(others).map(([path, sha256]) => ({
    project: "app",
    source: "gs://staging/",
    name: path,
    path,
    sha256,
    destinations: "all" as const,
    place: { file: "files.yaml", line: 1, column: 1 },
  }));
  const whole: Policy = { file: "policy.yaml", defaults: { ...lenient, ...policy }, projects: new Map() };
  return new PolicyJudge(whole, promised, () => now).judgeFile({ project: "app", path, sha256: hash("tool"), bytes });
}

type Prepare = (images: SignedImages) => Content;

async function judgeContent(policy: Partial<ProjectPolicy>, prepare: Prepare, tags: readonly string[] = ["v1"]) {
  const images = new SignedImages();
  return images.judge(prepare(images), { signers: [releaseSigner], ...policy }, { tags });
}

const report = (severity: string, made: string) => ({
  scanner: { result: [{ id: "CVE-2026-1234", severity: [{ method: "CVSS", score: severity }] }] },
  metadata: { scanFinishedOn: made },
});
const vulnerabilityType = "https://in-toto.io/attestation/vulns/v0.2";
const one: Prepare = (images) => images.addImage("one");
const withReport =
  (severity: string, made = "2026-11-20T00:00:00Z"): Prepare =>
  (images) => {
    const image = images.addImage("one");
    images.attest(image, vulnerabilityType, report(severity, made));
    return image;
  };

/** What each rule refuses, with its words, and something like it that it allows. */
const cases: readonly (readonly [
  rule: string,
  refused: () => readonly Verdict[] | Promise<readonly Verdict[]>,
  saw: string,
  allowed: () => readonly Verdict[] | Promise<readonly Verdict[]>,
])[] = [
  [
    "policy/image-names",
    () => judgeNames({ imageNames: { allow: ["app/**"] } }, "other/server", ["v1"]),
    'other/server matches none of "app/**"',
    () => judgeNames({ imageNames: { allow: ["app/**"] } }, "app/tools/server", ["v1"]),
  ],
  [
    "policy/image-names",
    () => judgeNames({ imageNames: { deny: ["app/internal/*"] } }, "app/internal/x", ["v1"]),
    'app/internal/x matches "app/internal/*", which is denied',
    () => judgeNames({ imageNames: { deny: ["app/internal/*"] } }, "app/internal/x/y", ["v1"]),
  ],
  [
    "policy/file-names",
    () => judgeFile({ fileNames: { allow: ["app/v*/*"] } }, "app/v1/deep/tool", {}),
    'app/v1/deep/tool matches none of "app/v*/*"',
    () => judgeFile({ fileNames: { allow: ["app/v*/*"] } }, "app/v1/tool", {}),
  ],
  [
    "policy/tags",
    () => judgeNames({ tags: { allow: ["v*"], deny: ["*-dirty"] } }, "app/server", ["latest", "v1", "v1-dirty"]),
    'latest matches none of "v*"; v1-dirty matches "*-dirty", which is denied',
    () => judgeNames({ tags: { allow: ["v*"], deny: ["*-dirty"] } }, "app/server", ["v1"]),
  ],
  [
    "policy/media-types",
    () => judgeContent({ mediaTypes: { images: ["application/vnd.docker.**"] } }, one),
    'application/vnd.oci.image.config.v1+json matches none of "application/vnd.docker.**"; application/vnd.oci.image.layer.v1.tar+gzip matches none of "application/vnd.docker.**"; application/vnd.oci.image.manifest.v1+json matches none of "application/vnd.docker.**"',
    () => judgeContent({ mediaTypes: { images: ["application/vnd.oci.image.**"] } }, one),
  ],
  [
    "policy/media-types",
    () =>
      judgeContent({ mediaTypes: { attached: ["application/vnd.oci.**"] } }, (images) => {
        const image = images.addImage("one");
        images.attachReferrer(image, "application/x-anything", Buffer.from("x"));
        return image;
      }),
    'application/x-anything, attached, matches none of "application/vnd.oci.**"',
    () => judgeContent({ mediaTypes: { attached: ["application/vnd.oci.**"] } }, one),
  ],
  [
    "policy/sizes",
    () => judgeContent({ sizes: { image: 1_000 } }, (images) => images.addImage("one", 2_000)),
    "2.5 kB in all, more than 1.0 kB",
    () => judgeContent({ sizes: { image: 3_000 } }, (images) => images.addImage("one", 2_000)),
  ],
  [
    "policy/sizes",
    () => judgeContent({ sizes: { layer: 1_000 } }, (images) => images.addImage("one", 2_000)),
    "a layer of 2.0 kB, more than 1.0 kB",
    () => judgeContent({ sizes: { layer: 2_000 } }, (images) => images.addImage("one", 2_000)),
  ],
  [
    "policy/sizes",
    () => judgeFile({ sizes: { file: 1_000 } }, "tool", {}, 5_000),
    "5.0 kB, more than 1.0 kB",
    () => judgeFile({ sizes: { file: 1_000 } }, "tool", {}, 1_000),
  ],
  [
    "policy/platforms",
    () =>
      judgeContent({ platforms: ["linux/amd64", "linux/arm64", "linux/arm/v7"] }, (images) =>
        images.addIndex({ "linux/amd64": images.addImage("one"), "linux/arm64/v8": images.addImage("two") }),
      ),
    "linux/amd64, linux/arm64, without linux/arm/v7",
    () =>
      judgeContent({ platforms: ["linux/amd64", "linux/arm64"] }, (images) =>
        images.addIndex({ "linux/amd64": images.addImage("one"), "linux/arm64/v8": images.addImage("two") }),
      ),
  ],
  [
    "policy/platforms",
    () => judgeContent({ platforms: ["linux/amd64", "linux/arm64"] }, one),
    "linux/amd64, without linux/arm64",
    () => judgeContent({ platforms: ["linux/amd64"] }, one),
  ],
  [
    "policy/signature",
    () => judgeContent({ signature: true }, one),
    "no signature",
    () =>
      judgeContent({ signature: true }, (images) => {
        const image = images.addImage("one");
        images.sign(image);
        return image;
      }),
  ],
  [
    "policy/signature",
    () => judgeContent({ signature: true, signers: [] }, one),
    "no signers",
    () =>
      judgeContent({ signature: true, signers: [{ issuer: release.issuer, subject: "**" }] }, (images) => {
        const image = images.addImage("one");
        images.sign(image);
        return image;
      }),
  ],
  [
    "policy/attestations",
    () => judgeContent({ attestations: ["https://slsa.dev/provenance/v1"] }, one),
    "no https://slsa.dev/provenance/v1 that counts for sha256:",
    () =>
      judgeContent({ attestations: ["https://slsa.dev/provenance/v1"] }, (images) => {
        const image = images.addImage("one");
        images.attest(image, "https://slsa.dev/provenance/v1", { builder: "x" });
        return image;
      }),
  ],
  [
    "policy/attestations",
    () =>
      judgeContent({ attestations: ["https://slsa.dev/provenance/v1"] }, (images) => {
        const image = images.addImage("one");
        images.attest(
          image,
          "https://slsa.dev/provenance/v1",
          {},
          { ...release, issuer: "https://accounts.example.org" },
        );
        return image;
      }),
    "which has an issuer that none of the signers has",
    () =>
      judgeContent({ attestations: ["https://slsa.dev/provenance/v1"] }, (images) => {
        const children = { "linux/amd64": images.addImage("one"), "linux/arm64": images.addImage("two") };
        for (const child of Object.values(children)) images.attest(child, "https://slsa.dev/provenance/v1", {});
        return images.addIndex({ ...children, "unknown/unknown": images.addImage("attestation of BuildKit") });
      }),
  ],
  [
    "policy/sbom",
    () =>
      judgeContent({ sbom: true }, (images) => {
        const image = images.addImage("one");
        images.attachReferrer(image, "application/spdx+json", Buffer.from("{}"));
        return image;
      }),
    "no SBOM that counts for sha256:",
    () =>
      judgeContent({ sbom: true, unsignedReports: true }, (images) => {
        const image = images.addImage("one");
        images.attachReferrer(image, "application/spdx+json", Buffer.from("{}"));
        return image;
      }),
  ],
  [
    "policy/sbom",
    () =>
      judgeContent({ sbom: true }, (images) => {
        const children = { "linux/amd64": images.addImage("one"), "linux/arm64": images.addImage("two") };
        images.attest(children["linux/amd64"], "https://spdx.dev/Document", {});
        return images.addIndex(children);
      }),
    "no SBOM that counts for sha256:",
    () =>
      judgeContent({ sbom: true }, (images) => {
        const image = images.addImage("one");
        images.attest(image, "https://cyclonedx.org/bom/v1.6", {});
        return image;
      }),
  ],
  [
    "policy/vulnerabilities",
    () => judgeContent({ vulnerabilities: { atMost: "medium", days: 30 } }, withReport("7.5")),
    "a report of 2026-11-20 with 1 high; above medium: CVE-2026-1234",
    () => judgeContent({ vulnerabilities: { atMost: "high", days: 30 } }, withReport("7.5")),
  ],
  [
    "policy/vulnerabilities",
    () => judgeContent({ vulnerabilities: { atMost: "high", days: 30 } }, withReport("3", "2026-10-01T00:00:00Z")),
    "a report of 2026-10-01 with 1 low, older than 30 days",
    () => judgeContent({ vulnerabilities: { atMost: "high", days: 60 } }, withReport("3", "2026-10-01T00:00:00Z")),
  ],
  [
    "policy/vulnerabilities",
    () => judgeContent({ vulnerabilities: { atMost: "high", days: 30 } }, withReport("3", "2027-01-01T00:00:00Z")),
    "a report from the future",
    () => judgeContent({ vulnerabilities: { atMost: "high", days: 30 } }, withReport("3", "2026-11-26T00:00:00Z")),
  ],
  [
    "policy/vulnerabilities",
    () => judgeContent({ vulnerabilities: { atMost: "high", days: 30 } }, withReport("a severity of its own")),
    "with 1 critical; above high: CVE-2026-1234",
    () =>
      judgeContent(
        { vulnerabilities: { atMost: "high", days: 30 } },
        withReport("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"),
      ),
  ],
  [
    "policy/vulnerabilities",
    () => judgeContent({ vulnerabilities: { atMost: "high", days: 30 } }, one),
    "no report that counts for sha256:",
    () =>
      judgeContent({ vulnerabilities: { atMost: "high", days: 30 }, unsignedReports: true }, (images) => {
        const image = images.addImage("one");
        const created = { "org.opencontainers.image.created": "2026-11-24T00:00:00Z" };
        images.attachReferrer(image, "application/vnd.osv+json", Buffer.from('{"results":[]}'), created);
        return image;
      }),
  ],
  [
    "policy/vulnerabilities",
    () =>
      judgeContent({ vulnerabilities: { atMost: "low", days: 30 } }, (images) => {
        const image = images.addImage("one");
        images.attest(image, vulnerabilityType, report("1", "2026-11-01T00:00:00Z"));
        images.attest(image, vulnerabilityType, report("9.8", "2026-11-20T00:00:00Z"));
        return image;
      }),
    "a report of 2026-11-20 with 1 critical",
    () =>
      judgeContent({ vulnerabilities: { atMost: "low", days: 30 } }, (images) => {
        const image = images.addImage("one");
        images.attest(image, vulnerabilityType, report("9.8", "2026-11-01T00:00:00Z"));
        images.attest(image, vulnerabilityType, report("1", "2026-11-20T00:00:00Z"));
        return image;
      }),
  ],
  [
    "policy/file-companions",
    () => judgeFile({ fileCompanions: [".sha256", ".sig"] }, "v1/tool", { "v1/tool.sig": hash("signature") }),
    "v1/tool.sha256 is not promoted",
    () =>
      judgeFile({ fileCompanions: [".sha256", ".sig"] }, "v1/tool", {
        "v1/tool.sig": hash("signature"),
        "v1/tool.sha256": hash(`${hash("tool")}\n`),
      }),
  ],
  [
    "policy/file-companions",
    () => judgeFile({ fileCompanions: [".sha256"] }, "v1/tool", { "v1/tool.sha256": hash(`${hash("another")}\n`) }),
    `v1/tool.sha256 does not state the checksum ${hash("tool")}`,
    () => judgeFile({ fileCompanions: [".sha256"] }, "v1/tool", { "v1/tool.sha256": hash(`${hash("tool")}  tool\n`) }),
  ],
];

test.each(cases)("%s refuses what it should, and names what it saw (%#)", async (rule, refused, saw, allowed) => {
  const verdicts = await refused();
  const refusal = verdicts.find((verdict) => !verdict.isAllowed);
  expect(refusal).toMatchObject({ project: "app", rule, saw: expect.stringContaining(saw) });
  expect(refusal?.fix).toMatch(/^[A-Z].*\.$/);
  const others = await allowed();
  expect(others.filter((verdict) => !verdict.isAllowed)).toEqual([]);
  expect(others.map((verdict) => verdict.rule)).toContain(rule);
});

test("every rule that judges artifacts has a case", () => {
  const tested = new Set(cases.map(([rule]) => rule));
  expect(policyRules.map(({ id }) => id).filter((id) => !tested.has(id))).toEqual(["policy/withdrawal"]);
});

test("a policy that asks for nothing looks at nothing", async () => {
  expect(await judgeContent({}, one)).toEqual([]);
  expect(judgeNames({}, "app/server", ["v1"])).toEqual([]);
  expect(judgeFile({}, "tool", {})).toEqual([]);
});

test("companions themselves need none, and untagged images need no platforms", async () => {
  expect(judgeFile({ fileCompanions: [".sha256"] }, "v1/tool.sha256", {})).toEqual([]);
  expect(await judgeContent({ platforms: ["linux/arm64"] }, one, [])).toEqual([]);
});

test("what is attached later is judged by its media types and size, and by nothing else", async () => {
  const images = new SignedImages();
  const image = images.addImage("one");
  const policy = { signature: true, mediaTypes: { attached: ["application/vnd.dev.**"] } };
  const verdicts = await images.judge(image, policy, { attachedTo: digest, tags: [] });
  expect(verdicts.map(({ rule, isAllowed }) => [rule, isAllowed])).toEqual([["policy/media-types", false]]);
});
