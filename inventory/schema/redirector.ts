import { z } from "zod";
import { filePath } from "./file-path";
import { providerKey, regionName } from "./names";

/** An image by digest, as `docker pull` accepts it: tags can move, a digest cannot. */
export const imageByDigest = /^[a-z0-9.-]+(:[0-9]+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+@sha256:[a-f0-9]{64}$/;

/** `redirector`: how and where it runs. */
export const redirector = z
  .strictObject({
    status: z
      .literal([302, 307])
      .default(307)
      .meta({ description: "The status of every redirect. Never a permanent redirect, because clients cache those." }),
    image: z
      .string()
      .regex(imageByDigest, "an image by digest (host/name@sha256:…)")
      .optional()
      .meta({
        description:
          "The redirector's container image, by digest, as `mirrorform image --push` prints it. Without it, the redirector's stack at Google (Cloud Run) is left out. At AWS it is a Lambda built from this repository.",
        examples: [
          "us-docker.pkg.dev/k8s-artifacts-prod/mirrorform/redirector@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ],
      }),
    canary: z
      .strictObject({
        blob: z
          .string()
          .regex(/^[a-z0-9]+([._/-]+[a-z0-9]+)*@sha256:[a-f0-9]{64}$/, "a blob such as repository@sha256:…")
          .optional()
          .meta({
            description: "A blob that every mirror with blobs holds, as `repository@digest`.",
            examples: ["pause@sha256:da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e"],
          }),
        file: z
          .string()
          .regex(filePath, "a path such as release/v1 (letters, digits and . _ ~ -)")
          .optional()
          .meta({
            description: "A file that every mirror without blobs holds, as its path at the mirrors.",
            examples: ["release/stable.txt"],
          }),
      })
      .optional()
      .meta({
        description:
          "The object used for regular health checks of mirrors. Default: each mirror is checked with an object that it was known to hold, and mirrors with `presence: complete` always count as healthy.",
      }),
    "runs-at": z
      .record(providerKey, z.array(regionName).meta({ minItems: 1 }))
      .default({})
      .meta({
        description:
          "The regions in which the redirector runs, by provider (Google or AWS). Default: none, it runs elsewhere, on your own machine, and nothing is deployed for it.",
        examples: [{ google: ["us-central1"], aws: ["us-east-2"] }],
      }),
  })
  .default({ status: 307, "runs-at": {} })
  .meta({ description: "The service that sends clients to mirrors." });
