import type { Problem } from "../../document/problem";
import type { Placement } from "./placement";
import type { Mention, ProjectManifest } from "./project-manifest";

/** What a manifest puts at the paths of one other project. */
interface Trespass {
  /** The first of them. */
  readonly path: string;
  readonly mention: Mention;
  count: number;
}

/** What is at the paths of a project, or shall not be there any more. */
export interface PlacedEntries {
  readonly kind: "images" | "files";
  readonly project: string;
  readonly entries: readonly { readonly name: string; readonly mention: Mention }[];
  /** Those of the project, below the mirrors' roots. */
  readonly prefixes: readonly string[];
}

/**
 * Finds artifacts at paths that the inventory gives to another project: whose approvers did not see them. One problem for each other
 * project.
 */
export function findForeignPaths(
  { kind, project, entries, prefixes }: PlacedEntries,
  { ownerOf }: Pick<Placement, "ownerOf">,
): Problem[] {
  const trespasses = new Map<string, Trespass>();
  for (const { name, mention } of entries) {
    for (const path of prefixes.map((prefix) => `${prefix}${name}`)) {
      const owner = ownerOf(kind, path);
      if (owner === undefined || owner === project) continue;
      const known = trespasses.get(owner);
      if (known === undefined) trespasses.set(owner, { path, mention, count: 1 });
      else known.count += 1;
    }
  }
  return [...trespasses].map(([owner, trespass]) => describeTrespass({ kind, project }, owner, trespass));
}

/** What a manifest promises, by name: each image once. */
export function listEntries(manifest: ProjectManifest): { readonly name: string; readonly mention: Mention }[] {
  if (manifest.kind === "files") return [...manifest.files];
  return manifest.images.flatMap(({ name, digests: [first] }) =>
    first === undefined ? [] : [{ name, mention: first.mention }],
  );
}

function describeTrespass(
  { kind, project }: Pick<PlacedEntries, "kind" | "project">,
  owner: string,
  trespass: Trespass,
): Problem {
  const { path, mention, count } = trespass;
  const others = count === 1 ? "" : `, as ${count - 1} more of its ${kind} do`;
  const complaint = {
    rule: "manifest/foreign-path",
    severity: "error",
    message: `${path} belongs to the project ${owner}${others}`,
    fix: `Choose another name, or change ${kind}-at of ${project} or ${owner} in the inventory.`,
  } as const;
  return mention.manifest.complain(complaint, mention.path, mention.target);
}
