import { formatFlow } from "../../document/format-flow";
import { imageKey } from "../../overlay/image-key";
import type { Ledger } from "../ledger/ledger";
import type { WithdrawnPlaces } from "../manifests/withdrawn-places";
import type { PlanFinding } from "../plan/plan";
import type { Withdrawing } from "./hide-withdrawn";
import { WithdrawnEntries } from "./withdrawn-entries";

/** What a project no longer names: entries of one `withdrawn.yaml`. */
interface Vanished {
  readonly project: string;
  readonly names: Set<string>;
  /** By name and what is withdrawn of it. */
  readonly images: Map<string, { readonly name: string; readonly digest?: string; readonly tags: Set<string> }>;
  readonly files: Set<string>;
}

/** Names that a message has. */
const mostNamed = 3;

/**
 * Finds what was promoted, and is neither in a manifest nor in `withdrawn.yaml` any more: an error for each file to which an entry belongs,
 * with the lines to add.
 *
 * @param known the ledger; or what manifests of an earlier commit promised
 * @param today as `2026-11-26`
 */
export function findVanished(
  known: Ledger,
  { withdrawn, mentions }: Withdrawing,
  places: WithdrawnPlaces,
  today: string,
): PlanFinding[] {
  const entries = new WithdrawnEntries(withdrawn, mentions);
  const files = new Map<string, Vanished>();
  const at = (kind: "images" | "files", project: string) => {
    const file = places.fileOf(kind, project);
    const found = files.get(file) ?? { project, names: new Set(), images: new Map(), files: new Set() };
    files.set(file, found);
    return found;
  };
  for (const image of known.images) {
    const { project, repository, digest, tags, attachedTo } = image;
    if (attachedTo !== undefined || mentions.unclear.has(project)) continue;
    if (entries.ofImage(image)) continue;
    const name = places.nameOf("images", project, repository);
    if (!mentions.images.has(imageKey(repository, digest))) {
      const found = at("images", project);
      found.names.add(imageKey(repository, digest));
      found.images.set(`${name}@${digest}`, { name, digest, tags: new Set() });
      continue;
    }
    for (const tag of tags) {
      if (mentions.tags.has(`${repository}:${tag}`) || entries.ofTag(image, tag)) continue;
      const found = at("images", project);
      found.names.add(`${repository}:${tag}`);
      const entry = found.images.get(`${name}:${digest}`) ?? { name, tags: new Set<string>() };
      entry.tags.add(tag);
      found.images.set(`${name}:${digest}`, entry);
    }
  }
  for (const entry of known.files) {
    const { project, path } = entry;
    if (mentions.unclear.has(project) || mentions.files.has(path) || entries.ofFile(entry)) continue;
    const found = at("files", project);
    found.names.add(path);
    found.files.add(places.nameOf("files", project, path));
  }
  return Array.from(files, ([file, vanished]) => describe(file, vanished, withdrawn, today));
}

function describe(file: string, vanished: Vanished, withdrawn: Withdrawing["withdrawn"], today: string): PlanFinding {
  const { project, names, images, files } = vanished;
  const some = [...names].sort();
  const more = some.length > mostNamed ? ` and ${some.length - mostNamed} more` : "";
  const why = ["  reason: WHY", `  date: ${today}`];
  const hasList = (kind: "image" | "file") => withdrawn.some((each) => each.project === project && each.kind === kind);
  const head = (kind: "image" | "file") => (hasList(kind) ? [] : [`${kind}s:`]);
  const imageLines = [...images.values()].flatMap(({ name, digest, tags }) => [
    `- name: ${formatFlow(name)}`,
    digest === undefined
      ? `  tags: [${[...tags]
          .sort()
          .map((tag) => JSON.stringify(tag))
          .join(", ")}]`
      : `  digest: "${digest}"`,
    ...why,
  ]);
  const fileLines = [...files].sort().flatMap((name) => [`- name: ${formatFlow(name)}`, ...why]);
  return {
    kind: "vanished",
    severity: "error",
    project,
    message: `${some.slice(0, mostNamed).join(", ")}${more} ${some.length === 1 ? "was" : "were"} promoted, and no manifest names ${some.length === 1 ? "it" : "them"} any more: a line that only vanishes withdraws nothing`,
    fix: `Put it back, or add these lines to ${file}, with a reason${hasList("image") || hasList("file") ? ", to the lists that are there" : ""}:`,
    paste: {
      file,
      lines: [
        ...(imageLines.length > 0 ? [...head("image"), ...imageLines] : []),
        ...(fileLines.length > 0 ? [...head("file"), ...fileLines] : []),
      ],
    },
  };
}
