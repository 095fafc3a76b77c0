import { z } from "zod";
import { bucketName } from "./mirror-fields";
import { name, providerKey, regionName } from "./names";
import { repositoryPath } from "./repository-path";

/**
 * The key of a project that publishes artifacts. Artifact Registry's repository ids have at most 63 characters: ours is
 * `staging-` and the key.
 */
export const projectKey = name(55).meta({
  title: "project",
  description: "A project that publishes artifacts: a name of your choice.",
  examples: ["etcd"],
});

/** `staging`: where projects publish before promotion. */
export const staging = z
  .record(
    projectKey,
    z
      .strictObject({
        provider: providerKey.meta({
          description: "The provider (at Google, AWS or Azure) that hosts it.",
          examples: ["google"],
        }),
        region: regionName.meta({ description: "The region of its stores.", examples: ["us-central1"] }),
        registry: z
          .strictObject({
            repositories: z
              .array(z.string().max(200).regex(repositoryPath, "a repository name"))
              .min(1)
              .optional()
              .meta({
                description:
                  "At AWS, where a registry has no repositories until they are created: the project's images.",
                examples: [["etcd"]],
              }),
          })
          .optional()
          .meta({ description: "A private registry for the project's images." }),
        bucket: z
          .strictObject({ name: bucketName })
          .optional()
          .meta({ description: "A private bucket (at Azure: a storage account) for the project's files." }),
        writers: z
          .array(z.string().meta({ title: "principal" }))
          .min(1)
          .meta({
            description:
              "The principals of the provider's cloud that may write here. Google: `user:`, `group:`, `serviceAccount:` with an e-mail address, `principal://` or `principalSet://` with a workload identity. AWS: ARNs of IAM roles or users. Azure: object ids of Microsoft Entra.",
            examples: [["group:etcd-release@example.org"]],
          }),
        retention: z
          .int()
          .min(1)
          .max(3650)
          .default(60)
          .meta({ description: "Days after which staged artifacts are deleted.", examples: [90] }),
      })
      .meta({
        examples: [
          { provider: "google", region: "us-central1", registry: {}, writers: ["group:etcd-release@example.org"] },
        ],
      }),
  )
  .default({})
  .meta({
    description:
      "Where each project publishes before promotion: a private registry, a bucket, or both, that only its own people may write to.",
  });
