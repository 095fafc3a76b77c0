import { z } from "zod";
import { metadataName } from "../metadata-names";
import { longestFileName } from "./file-path";

/** Every file's name is matched against each pattern. */
const mostMetadataPatterns = 100;

const metadataPattern = z
  .string()
  .max(longestFileName)
  .regex(metadataName, "a file name with at most two * (letters, digits and . _ ~ -), as *.sig or index-*.json");

/** `metadata` of a host. */
export const metadata = z
  .strictObject({
    add: z
      .array(metadataPattern)
      .max(mostMetadataPatterns)
      .default([])
      .meta({
        description:
          "More names of files that untrusted mirrors must not serve on this host. A pattern matches the last segment of a path, in any letter case; it has at most two `*`, each for any characters or none.",
        examples: [["*.catalog", "rules-*.json"]],
      }),
    remove: z
      .array(metadataPattern)
      .default([])
      .meta({
        description:
          "Entries of the default list, exactly as listed there, that are ordinary files on this host. A file that another entry matches stays metadata.",
        examples: [["*.sh", "*.db"]],
      }),
  })
  .meta({
    description:
      "Which files vouch for other files, or change under one name, so that only the origin and trusted mirrors serve them. Left out: those of the [default list](#metadata-by-default).",
  });
