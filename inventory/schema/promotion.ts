import { z } from "zod";
import { approver } from "./approver";
import { filePath, filePathOrNone, longestFileName } from "./file-path";
import { mirrorName, providerKey, regionName } from "./names";
import { githubEnvironment, githubRepository, protectedBranch } from "./pipeline-fields";
import { imageByDigest } from "./redirector";
import { repositoryPathOrNone } from "./repository-path";
import { projectKey } from "./staging";

const project = z
  .strictObject({
    approvers: z
      .array(approver)
      .min(1)
      .meta({
        description: "The GitHub users and teams (`organization/team`) that approve the project's manifests.",
        examples: [["alice", "example-org/etcd-release"]],
      }),
    "images-at": z
      .array(z.string().max(200).regex(repositoryPathOrNone, "a repository path such as etcd, or an empty string"))
      .min(1)
      .optional()
      .meta({
        description:
          "The paths below the mirrors' registries to which the project's images go (an empty string: the root). An image belongs to the project with the longest path. Default: the project's name.",
        examples: [["", "kubernetes"]],
      }),
    "files-at": z
      .string()
      .max(longestFileName)
      .regex(filePathOrNone, "a path such as release/v1 (letters, digits and . _ ~ -), or an empty string")
      .optional()
      .meta({
        description:
          "The folder at the mirrors to which the project's files go (an empty string: the root). A file belongs to the project with the longest path. Default: the project's name.",
        examples: ["release"],
      }),
  })
  .meta({ examples: [{ approvers: ["alice", "bob"] }] });

const mirrorList = z.array(mirrorName).meta({ title: "a list of mirrors" });

/** A registry or a bucket, perhaps with a path, as manifests write it: they cannot name buckets of Azure as destinations. */
const destination =
  /^(([a-z0-9-]+(\.[a-z0-9-]+)+|localhost)(:[0-9]{1,5})?|(gs|s3):\/\/[a-z0-9][a-z0-9._:-]*)(\/+[A-Za-z0-9._~-]+)*\/?$/;

/** A path or `NAME:TAG`, where `*` stands for any characters but slashes; at most two, as more would be slow to compare. */
const mutableName =
  /^(?!(.*\*){3})(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9._~*-]+(\/[A-Za-z0-9._~*-]+)*(:[A-Za-z0-9._*-]+)?$/;

const runsIn = z
  .strictObject({
    github: z
      .strictObject({
        repository: githubRepository.meta({
          description:
            "The repository whose workflow runs the promotion, as in the subject of its OpenID Connect tokens: `owner@id/name@id` for repositories created since July 2026, `owner/name` for older ones.",
          examples: ["example-org@123456/artifacts@456789"],
        }),
        branch: protectedBranch.meta({
          description: "Only workflows on this branch are trusted. Protect it.",
          examples: ["main"],
        }),
        environment: githubEnvironment.meta({
          description:
            "Only workflows in this environment are trusted, instead of a branch. Create it first, and limit it to the protected branch: GitHub creates a missing one without protection.",
          examples: ["promotion"],
        }),
        "plans-read-staging": z
          .boolean()
          .default(false)
          .meta({
            description:
              "Whether plans of the repository's own pull requests read private staging areas and mirrors, by an identity of their own that cannot write. Everyone who can push a branch can then read whatever is staged. Pull requests from forks never can.",
            examples: [true],
          }),
      })
      .optional()
      .meta({ description: "GitHub Actions, without stored keys." }),
    "cloud-run": z
      .strictObject({
        provider: providerKey.meta({ description: "A provider at Google.", examples: ["google"] }),
        region: regionName.meta({ description: "The job's region.", examples: ["us-central1"] }),
        image: z
          .string()
          .regex(imageByDigest, "an image by digest (host/name@sha256:…)")
          .optional()
          .meta({
            description: "The container image with the promoter, by digest. Default: the job is left out.",
            examples: [
              "us-docker.pkg.dev/k8s-artifacts-prod/mirrorform/promoter@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ],
          }),
        schedule: z
          .string()
          .regex(/^[0-9*/,-]+( [0-9*/,-]+){4}$/, "five fields of cron, such as 0 */4 * * *")
          .default("0 */4 * * *")
          .meta({ description: "When the job runs, as cron in UTC.", examples: ["0 */4 * * *"] }),
      })
      .optional()
      .meta({ description: "A job at Cloud Run." }),
  })
  .default({})
  .meta({
    description:
      "Where the promotion runs. The identity that writes to the mirrors trusts exactly this. Default: nowhere, and no identity is created.",
    examples: [{ github: { repository: "example-org@123456/artifacts@456789" } }],
  });

/** `promotion`: what is promoted, to where, and by whom. */
export const promotion = z
  .strictObject({
    manifests: z
      .string()
      .max(longestFileName)
      .regex(filePath, "a path such as release/v1 (letters, digits and . _ ~ -)")
      .default("promotions")
      .meta({ description: "The folder of the manifests, seen from this file.", examples: ["promotions"] }),
    policy: z
      .string()
      .max(longestFileName)
      .regex(filePath, "a path such as release/v1 (letters, digits and . _ ~ -)")
      .optional()
      .meta({
        description:
          "The file with the rules for what may be promoted, seen from this file. Default: `policy.yaml` in the folder of the manifests; without that file, there are no rules.",
        examples: ["promotions/policy.yaml"],
      }),
    projects: z
      .record(projectKey, project)
      .default({})
      .meta({
        description: "The projects whose artifacts are promoted.",
        examples: [{ etcd: { approvers: ["alice", "bob"] } }],
      }),
    mutable: z
      .array(z.string().max(longestFileName).regex(mutableName, "a file name, a path or NAME:TAG, with at most two *"))
      .default([])
      .meta({
        description:
          "Files and tags (`NAME:TAG`) that may change under one name; everything else never moves. `*` stands for any characters but `/`. Without `/`, a pattern matches the last part of the path in any folder.",
        examples: [["stable.txt", "release/latest*.txt", "build-image/*:latest"]],
      }),
    destinations: z
      .record(
        z
          .string()
          .max(300)
          .regex(destination, "a registry (a host with a dot, perhaps with a path), or a bucket as gs://… or s3://…")
          .meta({ title: "destination", examples: ["mirrors.example.org"] }),
        z
          .union([z.literal("all").meta({ title: "`all`" }), mirrorName, mirrorList])
          .meta({ title: "`all`, a mirror or a list of mirrors" }),
      )
      .default({})
      .meta({
        description:
          "What the destinations in manifests of kpromo stand for: a mirror, several, `all`, or `[]` for none. The path below the longest match is kept. The mirrors' own addresses need no entry.",
        examples: [{ "us.gcr.io/k8s-artifacts-prod": "google/us-central1", "gs://k8s-artifacts-prod/binaries": "all" }],
      }),
    require: z
      .union([
        z.literal("all").meta({ title: "`all`" }),
        z.int().min(1).max(10_000).meta({ title: "a number of mirrors" }),
        mirrorList,
      ])
      .default("all")
      .meta({
        description:
          "The mirrors, besides the origin, that must hold a release before its tags are set at the origin: `all` that the promotion itself writes to, a number of mirrors, or a list of them. A mirror that its cloud or a donor fills is waited for only if it is listed.",
        examples: [20],
      }),
    "read-back": z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .meta({
        description:
          "The share of objects that are read again after writing, where a store does not compute a checksum of its own.",
        examples: [0.05],
      }),
    "delete-after": z
      .int()
      .min(0)
      .max(365)
      .default(7)
      .meta({
        description:
          "The days for which a withdrawn artifact is only hidden by the redirector, before it is deleted from the mirrors with `withdrawal`. Meanwhile, reverting the commit brings it back. They begin when a promotion first sees the entry.",
        examples: [14],
      }),
    "runs-in": runsIn,
  })
  .meta({ description: "How artifacts get from staging to the mirrors." });
