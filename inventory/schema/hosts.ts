import { z } from "zod";
import { filePath, filePathOrNone, longestFileName } from "./file-path";
import { metadata } from "./metadata";
import { hostName } from "./names";

/** What a host serves: OCI images, or files by path. */
export const artifactKind = z.enum(["images", "files"]).meta({
  description: "`images`: the OCI distribution API under `/v2/`. `files`: any other path.",
});

/** `hosts`: the names that users type. */
export const hosts = z
  .record(
    hostName().meta({ title: "host", examples: ["dl.example.org"], description: "A name that users type." }),
    z.strictObject({
      serves: z
        .array(artifactKind)
        .meta({ description: "What this host answers for.", examples: [["images"]], minItems: 1 }),
      paths: z
        .record(
          z
            .string()
            .max(longestFileName)
            .regex(filePath, "a path as release/v1 (letters, digits and . _ ~ -)")
            .meta({ title: "path" }),
          z
            .string()
            .max(longestFileName)
            .regex(filePathOrNone, "a path as release/v1 (letters, digits and . _ ~ -), or an empty text"),
        )
        .optional()
        .meta({
          description:
            "The paths that this host has, and where each is at the mirrors (an empty text: at their top). Of several that fit the longest counts; what fits none is not found. Left out: every path, as it is.",
          examples: [{ release: "kubernetes-release/release" }],
        }),
      "directory-index": z
        .string()
        .max(longestFileName)
        .regex(/^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/, "a file name (letters, digits and . _ ~ -)")
        .optional()
        .meta({
          description:
            "The file that a path with a final slash stands for: `release/` for `release/index.html`. Left out: such a path is passed on as it is.",
          examples: ["index.html"],
        }),
      metadata: metadata.optional(),
    }),
  )
  .meta({ description: "The names that users type, and what each serves." });
