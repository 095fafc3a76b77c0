import { imageKey } from "../../overlay/image-key";
import type { Ledger } from "../ledger/ledger";
import type { Withdrawn } from "../promoted";

/** The entries of `withdrawn.yaml` whose artifacts are hidden already. */
export function selectHidden({ images, files }: Ledger, withdrawn: readonly Withdrawn[]): Withdrawn[] {
  const hidden = new Set([
    ...images.flatMap(({ repository, digest, withdrawn: withdrawal, withdrawnTags = {} }) =>
      withdrawal ? [imageKey(repository, digest)] : Object.keys(withdrawnTags).map((tag) => `${repository}:${tag}`),
    ),
    ...files.flatMap(({ path, withdrawn: withdrawal }) => (withdrawal ? [path] : [])),
  ]);
  return withdrawn.filter((entry) => {
    if (entry.kind === "file") return hidden.has(entry.path);
    const { repository, digest, tags } = entry;
    return digest === undefined
      ? tags.every((tag) => hidden.has(`${repository}:${tag}`))
      : hidden.has(imageKey(repository, digest));
  });
}
