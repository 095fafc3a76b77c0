import { createHash } from "node:crypto";
import type { Destinations, Promoted } from "../promoted";

function formatDestinations(destinations: Destinations): string {
  return destinations === "all" ? "all" : JSON.stringify([...destinations].sort());
}

/**
 * The SHA-256, in hexadecimal, of what manifests promise. Neither the order of entries nor their places in files change it, nor
 * how tags of one digest are spread over entries' order.
 */
export function promiseOf({ images, files }: Promoted): string {
  const lines = [
    ...images.map(({ project, source, repository, digest, tags, destinations }) =>
      JSON.stringify([
        "image",
        project,
        source,
        repository,
        digest,
        [...tags].sort(),
        formatDestinations(destinations),
      ]),
    ),
    ...files.map(({ project, source, name, path, sha256, destinations }) =>
      JSON.stringify(["file", project, source, name, path, sha256, formatDestinations(destinations)]),
    ),
  ];
  const hash = createHash("sha256");
  for (const line of new Set(lines.sort())) hash.update(`${line}\n`);
  return hash.digest("hex");
}
