import { z } from "zod";
import { metadataName } from "../metadata-names";
import { longestFileName } from "./file-path";

/** Each file name is matched against every pattern. */
const mostMetadataPatterns = 100;

const metadataPattern = z
  .string()
  .max(longestFileName)
  .regex(metadataName, "a file name with at most two * (letters, digits and . _ ~ -), such as *.sig or index-*.json");

/** `metadata` of a host. */
export const metadata = z
  .strictObject({
    add: z
      .array(metadataPattern)
      .max(mostMetadataPatterns)
      .default([])
      .meta({
        description:
          "Additional names of files that untrusted mirrors must not serve on this host. A pattern matches the last segment of a path, regardless of case; it has at most two `*`, each matching any characters or none.",
        examples: [["*.catalog", "rules-*.json"]],
      }),
    remove: z
      .array(metadataPattern)
      .default([])
      .meta({
        description:
          "Entries of the default list, exactly as listed there, that are ordinary files on this host. A file that matches another entry remains metadata.",
        examples: [["*.sh", "*.db"]],
      }),
  })
  .meta({
    description:
      "Files that verify other files, or whose content changes under one name. Only the origin and trusted mirrors serve them. Default: the list in docs/metadata-names.md.",
  });
