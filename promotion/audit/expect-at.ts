import { targetName } from "../plan/target-name";
import { isDestination } from "../plan/wanted-image";
import type { Target } from "../targets/target";
import type { ExpectedArtifacts, ExpectedFile, ExpectedImage } from "./expected-artifacts";

/** What is expected of one store. */
export interface TargetExpectation {
  readonly images: readonly ExpectedImage[];
  readonly files: readonly ExpectedFile[];
  /** Names that may be there or not. */
  readonly tolerated: ReadonlySet<string>;
  /** Names of what was removed from there because it was withdrawn. */
  readonly removed: ReadonlySet<string>;
}

/** Selects what is expected of one store. What goes to other mirrors only is tolerated: somebody did promote it. */
export function expectAt(target: Target, expected: ExpectedArtifacts): TargetExpectation {
  const { mirror, kind } = target;
  const isHere = ({ destinations }: ExpectedImage | ExpectedFile) => isDestination(destinations, mirror);
  const name = targetName(target);
  const tolerated = new Set(expected.pending);
  const removed = new Set<string>();
  for (const { names, hiddenAt } of expected.withdrawn) {
    const set = hiddenAt(name) ? tolerated : removed;
    for (const each of names) set.add(each);
  }
  for (const image of expected.images) if (!isHere(image)) for (const each of namesOf(image)) tolerated.add(each);
  for (const file of expected.files) if (!isHere(file)) tolerated.add(file.path);
  return {
    images: kind === "files" ? [] : expected.images.filter(isHere),
    files: kind === "files" ? expected.files.filter(isHere) : [],
    tolerated,
    removed,
  };
}

function namesOf({ repository, digest, tags, manifests, blobs }: ExpectedImage): string[] {
  return [
    ...[digest, ...manifests].map((each) => `${repository}@${each}`),
    ...tags.map((tag) => `${repository}:${tag}`),
    ...blobs,
  ];
}
