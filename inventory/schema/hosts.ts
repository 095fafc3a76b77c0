import { z } from "zod";
import { filePath, filePathOrNone, longestFileName } from "./file-path";
import { metadata } from "./metadata";
import { hostName } from "./names";

/** The kinds of content a host serves. */
export const artifactKind = z.enum(["images", "files"]).meta({
  description:
    "`images`: container images, by the OCI distribution API under `/v2/`. `files`: everything else, by path.",
});

/** `hosts`: the names that users type. */
export const hosts = z
  .record(
    hostName().meta({ title: "host", examples: ["dl.example.org"], description: "A name that users type." }),
    z.strictObject({
      serves: z
        .array(artifactKind)
        .meta({ description: "The content this host serves.", examples: [["images"]], minItems: 1 }),
      paths: z
        .record(
          z
            .string()
            .max(longestFileName)
            .regex(filePath, "a path such as release/v1 (letters, digits and . _ ~ -)")
            .meta({ title: "path" }),
          z
            .string()
            .max(longestFileName)
            .regex(filePathOrNone, "a path such as release/v1 (letters, digits and . _ ~ -), or an empty string")
            .meta({ title: "path at the mirrors" }),
        )
        .optional()
        .meta({
          description:
            "The host's paths and their locations at the mirrors (an empty string: the root). The longest match applies; other paths are not found. Default: every path, unchanged.",
          examples: [{ release: "kubernetes-release/release" }],
        }),
      "directory-index": z
        .string()
        .max(longestFileName)
        .regex(/^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/, "a file name (letters, digits and . _ ~ -)")
        .optional()
        .meta({
          description:
            "The index file of directories: `release/` then serves `release/index.html`. Default: such a path is passed on unchanged.",
          examples: ["index.html"],
        }),
      metadata: metadata.optional(),
    }),
  )
  .meta({ description: "The names that users type, and what each serves." });
