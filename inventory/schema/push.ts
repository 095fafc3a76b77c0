import { z } from "zod";
import { findBaseUrlProblem } from "../../networks/find-url-problem";
import { checkedText } from "./checked-text";

/** The key of an object: the characters of file paths, and placeholders. */
const keyTemplate = (placeholder: string) => new RegExp(`^([A-Za-z0-9._~-]+/)*\\{${placeholder}\\}$`);

/** A registry as image references write it. */
const registryRoot = /^(localhost|[a-z0-9-]+(\.[a-z0-9-]+)+)(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/** `push` of an external mirror. */
export const push = z
  .strictObject({
    bucket: z
      .strictObject({
        endpoint: checkedText((text) => findBaseUrlProblem(text)?.message, /^https?:\/\/[^{}?#]+$/).meta({
          title: "https URL",
          description: "The S3 API of the store; the bucket's name becomes the first part of the path.",
          examples: ["https://fsn1.objects.example.org"],
        }),
        name: z
          .string()
          .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name (3 to 63 characters)")
          .meta({ description: "The bucket.", examples: ["k8s-artifacts"] }),
        region: z
          .string()
          .max(64)
          .regex(/^[a-z0-9-]+$/, "a region (lower-case letters, digits and hyphens)")
          .default("us-east-1")
          .meta({ description: "The region that requests are signed for; most stores ignore it.", examples: ["fsn1"] }),
        "blobs-at": z
          .string()
          .max(200)
          .regex(keyTemplate("digest"), "a key that ends with {digest}")
          .default("containers/images/{digest}")
          .meta({ description: "The object for a blob.", examples: ["images/{digest}"] }),
        "files-at": z
          .string()
          .max(200)
          .regex(keyTemplate("path"), "a key that ends with {path}")
          .default("{path}")
          .meta({ description: "The object for a file.", examples: ["files/{path}"] }),
      })
      .optional()
      .meta({ description: "An S3-compatible store behind the mirror's `blobs` and `files`." }),
    registry: z
      .string()
      .max(200)
      .regex(registryRoot, "a registry as host or host/path, without a scheme")
      .optional()
      .meta({
        description: "The registry behind the mirror's `registry`, with the images' namespace.",
        examples: ["registry.example.net/k8s"],
      }),
    credentials: z
      .string()
      .max(40)
      .regex(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, "a name of upper-case letters, digits and underscores")
      .meta({
        description:
          "The name of the credentials, never the credentials themselves. With `HOSTER`, the promotion reads the environment variables `MIRRORFORM_HOSTER_ACCESS_KEY_ID` and `MIRRORFORM_HOSTER_SECRET_ACCESS_KEY` for the bucket, `MIRRORFORM_HOSTER_USERNAME` and `MIRRORFORM_HOSTER_PASSWORD` for the registry.",
        examples: ["HOSTER"],
      }),
  })
  .meta({
    description: "Where the promotion writes to this mirror.",
    examples: [
      { bucket: { endpoint: "https://fsn1.objects.example.org", name: "k8s-artifacts" }, credentials: "HOSTER" },
    ],
  });
