import { itemsOf, membersOf } from "../../../document/draft";
import type { Finding } from "../../../document/rule";
import { memberOf } from "../../../document/schema-field";
import { findDigestProblem } from "../digest";
import type { ImagesDraft, ListRule } from "../manifest-rule";
import { isRepositoryName } from "../repository-name";
import { isTag } from "../tag";

type ImageRule = ListRule<ImagesDraft>;

/** A digest of a list of images. */
interface ListedDigest {
  /** The position of its image. */
  readonly index: number;
  readonly digest: string;
  readonly tags: readonly (string | number | boolean | undefined)[];
}

/** The digests of lists, for all rules that look at them. */
const listed = new WeakMap<ImagesDraft, readonly ListedDigest[]>();

/** Every digest of a list of images. */
function digestsOf(draft: ImagesDraft): readonly ListedDigest[] {
  const known = listed.get(draft);
  if (known) return known;
  const digests = itemsOf(draft).flatMap(([index, image]) =>
    membersOf(image.dmap ?? undefined).map(([digest, tags]) => ({ index, digest, tags })),
  );
  listed.set(draft, digests);
  return digests;
}

/** Images by name, with their positions. */
function positionsByName(draft: ImagesDraft): Map<string, number[]> {
  const positions = new Map<string, number[]>();
  for (const [index, { name }] of itemsOf(draft)) {
    if (name !== undefined) positions.set(name, [...(positions.get(name) ?? []), index]);
  }
  return positions;
}

const badImageName: ImageRule = {
  id: "manifest/bad-image-name",
  severity: "error",
  reason: "Registries refuse other names (OCI distribution specification, Pulling manifests).",
  *check(draft) {
    for (const [index, { name }] of itemsOf(draft)) {
      if (name === undefined || isRepositoryName(name)) continue;
      yield { path: [index, "name"], message: `"${name}" cannot be the name of an image`, fix: imageNameFix(name) };
    }
  },
};

/** How to correct an image's name. People write it as for a pull: with a tag or a digest, or in upper case. */
function imageNameFix(name: string): string {
  const bare = name
    .replace(/@.*$/, "")
    .replace(/:[^/]*$/, "")
    .toLowerCase();
  const path = withoutHost(bare);
  if (path !== undefined) return hostFix(path);
  if (!isRepositoryName(bare))
    return "Use lower-case letters, digits, single separators (. _ -) and slashes, such as volume/nfs.";
  const fix = `Write name: ${bare}`;
  return bare === name.toLowerCase() ? fix : `${fix}; tags and digests are listed in dmap.`;
}

/** The host of a registry: its last part is a top-level domain, unlike that of `v1.0`, or it has a port. */
const hostAndPath = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?::[0-9]{1,5})?|[a-z0-9.-]+:[0-9]{1,5})\/(.+)$/;

/** What follows a registry's host; undefined if a name does not begin with one. */
function withoutHost(name: string): string | undefined {
  const path = hostAndPath.exec(name)?.[1];
  return path !== undefined && isRepositoryName(path) ? path : undefined;
}

function hostFix(path: string): string {
  const last = path.split("/").at(-1);
  return `Write only the path below the source's registry, such as ${last === path ? path : `${path} or ${last}`}.`;
}

const hostInImageName: ImageRule = {
  id: "manifest/host-in-image-name",
  severity: "warning",
  reason: "A name is a path below a registry. Paths may have dots, but staging has hardly such a repository.",
  *check(draft) {
    for (const [index, { name = "" }] of itemsOf(draft)) {
      const path = withoutHost(name);
      if (path === undefined || !isRepositoryName(name)) continue;
      const message = `"${name}" begins with ${name.slice(0, name.indexOf("/"))}, as if it were a registry's host`;
      yield { path: [index, "name"], message, fix: hostFix(path) };
    }
  },
};

const badDigest: ImageRule = {
  id: "manifest/bad-digest",
  severity: "error",
  reason: "Nothing has such a digest, so nothing could be copied or verified.",
  *check(draft) {
    for (const { index, digest } of digestsOf(draft)) {
      const problem = findDigestProblem(digest, "sha256:");
      if (problem === undefined) continue;
      yield {
        path: [index, "dmap", digest],
        target: "key",
        message: `the digest ${problem}`,
        fix: digestFix(digest),
      };
    }
  },
};

/** How to correct a digest. */
export function digestFix(digest: string): string {
  const bare = digest.toLowerCase().replace(/^sha256:/, "");
  if (findDigestProblem(bare, "") === undefined) return `Write "sha256:${bare}"`;
  return "Copy the whole digest from the registry: sha256: and 64 hexadecimal digits.";
}

const unquotedDigest: ImageRule = {
  id: "manifest/unquoted-digest",
  severity: "warning",
  reason: "The diff of kpromo finds changed digests by their double quotes, and misses others.",
  *check(draft, { document }) {
    for (const { index, digest } of digestsOf(draft)) {
      const path = [index, "dmap", digest];
      if (document.written(path, "key").startsWith('"')) continue;
      yield { path, target: "key", message: "this digest is not in double quotes", fix: `Write "${digest}"` };
    }
  },
};

const badTag: ImageRule = {
  id: "manifest/bad-tag",
  severity: "error",
  reason: "Registries refuse other tags (OCI distribution specification, Pulling manifests).",
  *check(draft, { document }) {
    for (const { index, digest, tags } of digestsOf(draft)) {
      for (const [position, tag] of itemsOf(tags)) {
        if (typeof tag === "string" && isTag(tag)) continue;
        const path = [index, "dmap", digest, position];
        yield { path, ...describeBadTag(tag, document.written(path, "value")) };
      }
    }
  },
};

/** What is wrong with a tag. */
export function describeBadTag(tag: string | number | boolean, written: string): Pick<Finding, "message" | "fix"> {
  if (typeof tag !== "string") {
    return { message: `without quotes, ${written} is a ${typeof tag} and not a tag`, fix: `Write "${written}"` };
  }
  const fix = "Use up to 128 letters, digits, underscores, dots and hyphens; do not begin with a dot or a hyphen.";
  return { message: `${JSON.stringify(tag.slice(0, 140))} cannot be a tag`, fix };
}

const repeatedTag: ImageRule = {
  id: "manifest/repeated-tag",
  severity: "warning",
  reason: "It has no effect, and may be a mistake for another tag.",
  *check(draft) {
    for (const { index, digest, tags } of digestsOf(draft)) {
      if (tags.length < 2) continue;
      for (const [position, tag] of itemsOf(tags)) {
        if (tags.indexOf(tag) === position) continue;
        const message = `${tag} is listed twice for this digest`;
        yield { path: [index, "dmap", digest, position], message, fix: "Keep one of the two." };
      }
    }
  },
};

/** Whether digests are indented like `dmap`, so that YAML reads them as fields of the image. */
function hasDigestsBeside(value: unknown, index: number): boolean {
  const images = Array.isArray(value) ? value : memberOf(value, "images");
  const image = memberOf(images, index);
  return typeof image === "object" && image !== null && Object.keys(image).some((field) => field.startsWith("sha256:"));
}

/** An image that promises nothing. */
function noDigests(severity: "error" | "warning"): ImageRule {
  return {
    id: "manifest/no-digests",
    severity,
    reason:
      "Nothing is promoted for such an image. In a manifest with its own registries it is an error, as in kpromo; kpromo does not check lists.",
    *check(draft, { document }) {
      for (const [index, { dmap, name }] of itemsOf(draft)) {
        if (dmap === undefined || (dmap !== null && Object.keys(dmap).length > 0)) continue;
        const message = `${name ?? "this image"} has no digests`;
        const fix = hasDigestsBeside(document.value, index)
          ? "Indent the digests by more spaces than dmap."
          : "Add its digests, or remove the image until it has some.";
        yield { path: [index, "dmap"], message, fix };
      }
    },
  };
}

const noImages: ImageRule = {
  id: "manifest/no-images",
  severity: "warning",
  reason: "An empty file looks like one that was cut off. `[]` says that there are no images.",
  *check(_draft, { document }) {
    if (document.value !== null && document.value !== undefined) return;
    yield { path: [], message: "the file has no images, only comments", fix: "Write [] until the project has images." };
  },
};

const repeatedImage: ImageRule = {
  id: "manifest/repeated-image",
  severity: "warning",
  reason: "Its lists are merged, but readers find only one of them.",
  *check(draft) {
    for (const [name, positions] of positionsByName(draft)) {
      if (positions.length === 1) continue;
      const message = `${name} is listed ${positions.length} times in this file; the lists are merged`;
      yield { path: [positions[1] ?? 0, "name"], message, fix: "Write one entry with all its digests." };
    }
  },
};

const similarNames: ImageRule = {
  id: "manifest/similar-name",
  severity: "warning",
  reason: "One of the two is probably misspelt.",
  *check(draft) {
    const known = new Map<string, string>();
    for (const [name, [index = 0]] of positionsByName(draft)) {
      const plain = name.replaceAll(/[._-]+/g, "-");
      const other = known.get(plain);
      if (other === undefined) known.set(plain, name);
      else {
        const message = `${name} differs from ${other} by its separators only`;
        yield { path: [index, "name"], message, fix: "Keep one of the two, unless both are meant." };
      }
    }
  },
};

/** The rules for a list of images. */
export const imageRules: readonly ImageRule[] = [
  badImageName,
  hostInImageName,
  badDigest,
  unquotedDigest,
  badTag,
  repeatedTag,
  noImages,
  repeatedImage,
  similarNames,
];

/** The rule for a list without registries, which kpromo does not check. */
export const thinImageRules: readonly ImageRule[] = [...imageRules, noDigests("warning")];

/** The rule for a list beside its registries. */
export const plainImageRules: readonly ImageRule[] = [...imageRules, noDigests("error")];
