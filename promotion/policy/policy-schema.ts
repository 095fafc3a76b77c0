import { z } from "zod";
import { approver } from "../../inventory/schema/approver";
import { filePath, longestFileName } from "../../inventory/schema/file-path";
import { findKeyProblem } from "./signatures/read-public-key";
import { severities } from "./vulnerabilities/severity";

/**
 * The single definition of `policy.yaml`, from which validation, `promotion/policy/policy.schema.json` and `docs/promotion-policy.md`
 * are generated.
 */

/** The names of the rules, as they are written in the file. */
export const ruleFields = [
  "image-names",
  "file-names",
  "tags",
  "media-types",
  "sizes",
  "platforms",
  "signature",
  "attestations",
  "sbom",
  "vulnerabilities",
  "file-companions",
  "withdrawal",
] as const;

/** The longest name of a repository or a file, and of a pattern (OCI distribution specification 1.1, "Pulling manifests"). */
const longestPattern = 255;

const pattern = z
  .string()
  .min(1)
  .max(longestPattern)
  .regex(/^[!-~]+$/, "characters of ASCII without spaces")
  .meta({ title: "pattern" });
const patterns = z.array(pattern).min(1).max(200);

const nameList = (what: string, allow: readonly string[], deny: readonly string[]) =>
  z
    .strictObject({
      allow: patterns
        .optional()
        .meta({ description: `Patterns of ${what} that are allowed. Default: all.`, examples: [allow] }),
      deny: patterns
        .optional()
        .meta({ description: `Patterns of ${what} that are not, even if they are allowed above.`, examples: [deny] }),
    })
    .optional();

const size = z.string().regex(/^[1-9][0-9]{0,3}(\.[0-9])? (kB|MB|GB|TB)$/, "a size such as 500 MB or 1.5 GB");

const identity = z
  .strictObject({
    issuer: z
      .string()
      .max(500)
      .regex(/^https:\/\/[!-~]+$/, "the URL of an issuer, such as https://accounts.google.com")
      .meta({
        description: "Who vouches for the identity: the issuer in the certificate, exactly.",
        examples: ["https://token.actions.githubusercontent.com"],
      }),
    subject: z
      .string()
      .min(1)
      .max(1_000)
      .regex(/^[!-~]+$/, "characters of ASCII without spaces")
      .regex(/[^*]/, "more than stars: anyone has some identity")
      .meta({
        description:
          "The identity in the certificate: an address, or the URL of a workflow. `*` stands for any characters but `/`, `**` for any.",
        examples: ["https://github.com/example-org/app/.github/workflows/release.yaml@refs/tags/*"],
      }),
  })
  .meta({ title: "an identity as `issuer` and `subject`" });

const key = z
  .strictObject({
    "public-key": z
      .string()
      .max(8_192)
      .superRefine((text, context) => {
        const message = findKeyProblem(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .meta({
        title: "a public key as PEM",
        description:
          "A key as PEM: ECDSA on the curve P-256 (as cosign makes), Ed25519, or RSA with 2,048 bits or more.",
      }),
  })
  .meta({ title: "a key as `public-key`" });

const signer = z.union([identity, key]);

const ruleShape = {
  "image-names": nameList("repositories at the mirrors", ["app/**"], ["app/internal/**"]).meta({
    description: "Which repositories images may be promoted to.",
  }),
  "file-names": nameList("paths at the mirrors", ["release/**"], ["**/*.exe"]).meta({
    description: "Which paths files may be promoted to.",
  }),
  tags: nameList("tags", ["v*"], ["latest", "*-dirty"]).meta({ description: "Which tags may be set." }),
  "media-types": z
    .strictObject({
      images: patterns.optional().meta({
        description: "Patterns for images and their children: manifests, configurations and layers. Default: all.",
        examples: [["application/vnd.oci.image.**", "application/vnd.docker.**"]],
      }),
      attached: patterns.optional().meta({
        description: "Patterns for what is attached to images: signatures, attestations, SBOMs. Default: all.",
        examples: [["application/vnd.dev.**", "application/vnd.oci.**"]],
      }),
    })
    .optional()
    .meta({ description: "Which media types images may consist of." }),
  sizes: z
    .strictObject({
      image: size.optional().meta({ description: "Of an image with all that belongs to it.", examples: ["10 GB"] }),
      layer: size.optional().meta({ description: "Of one layer.", examples: ["4 GB"] }),
      file: size.optional().meta({ description: "Of one file.", examples: ["2 GB"] }),
    })
    .optional()
    .meta({ description: "How large artifacts may be at most, in powers of ten." }),
  platforms: z
    .array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9.]+)?$/, "a platform such as linux/amd64 or linux/arm/v7"))
    .min(1)
    .max(50)
    .optional()
    .meta({
      description: "The platforms that every image with a tag must have. Images without a tag are children of others.",
      examples: [["linux/amd64", "linux/arm64"]],
    }),
  signers: z.array(signer).max(50).optional().meta({
    description: "Whose signatures count: identities in certificates of Sigstore, or keys. One of them is enough.",
  }),
  signature: z
    .boolean()
    .optional()
    .meta({ description: "Whether images must be signed by one of the signers.", examples: [true] }),
  attestations: z
    .array(
      z
        .string()
        .max(500)
        .regex(/^https?:\/\/[!-~]+$/, "a predicate type, such as https://slsa.dev/provenance/v1"),
    )
    .max(20)
    .optional()
    .meta({
      description: "The predicate types of the attestations that images must have, each signed by one of the signers.",
      examples: [["https://slsa.dev/provenance/v1"]],
    }),
  sbom: z
    .boolean()
    .optional()
    .meta({ description: "Whether images must have an SBOM, as SPDX or CycloneDX.", examples: [true] }),
  vulnerabilities: z
    .strictObject({
      "at-most": z
        .enum(severities)
        .meta({ description: "The highest severity that is accepted.", examples: ["medium"] }),
      days: z
        .int()
        .min(1)
        .max(3_650)
        .meta({ description: "How old the report may be, in days.", examples: [30] }),
    })
    .optional()
    .meta({
      description: "What the report about an image's vulnerabilities may say. Without a report, it is refused.",
    }),
  "unsigned-reports": z
    .boolean()
    .optional()
    .meta({
      description:
        "Whether SBOMs and vulnerability reports count without a signature. Everyone who can write to staging can make them up.",
      examples: [false],
    }),
  "file-companions": z
    .array(
      z
        .string()
        .max(50)
        .regex(/^\.[A-Za-z0-9][A-Za-z0-9.-]*$/, "an ending such as .sha256"),
    )
    .min(1)
    .max(10)
    .optional()
    .meta({
      description:
        "The endings of the files that must be promoted with each file: a `.sha256` must state the checksum of the manifest.",
      examples: [[".sha256", ".sig"]],
    }),
  withdrawal: z
    .array(approver)
    .min(1)
    .max(100)
    .optional()
    .meta({
      description:
        "The GitHub users and teams (`organization/team`) that may withdraw. Default: everyone who may merge.",
      examples: [["alice", "example-org/security"]],
    }),
};

/** A folder of manifests: those of kpromo's layout have more freedom than the projects of an inventory. */
const projectName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "the name of a project")
  .meta({ title: "project" });

const project = z.strictObject({
  ...ruleShape,
  without: z
    .array(z.enum(ruleFields))
    .optional()
    .meta({ description: "Rules of the defaults that do not hold for this project.", examples: [["sbom"]] }),
});

/** `policy.yaml` as a whole. */
export const policySchema = z
  .strictObject({
    "trusted-root": z
      .string()
      .max(longestFileName)
      .regex(filePath, "a path such as sigstore/trusted-root.json")
      .optional()
      .meta({
        description:
          "A trusted root of Sigstore, seen from this file, as `cosign trusted-root create` writes it. Default: that of Sigstore's public instance, which is part of this program.",
        examples: ["trusted-root.json"],
      }),
    defaults: z.strictObject(ruleShape).default({}).meta({ description: "The rules for all projects." }),
    projects: z
      .record(projectName, project)
      .default({})
      .meta({ description: "Rules of single projects. Each replaces the same rule of the defaults." }),
  })
  .meta({ title: "policy.yaml" });
