import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { formatCount } from "../../document/format-count";
import { formatImages } from "../../promotion/manifests/format-images";

/** The files of a state of the manifests: texts by path, in kpromo's layout. */
export type ManifestState = ReadonlyMap<string, string>;

/** A change that was merged, or one made up from manifests that were. */
export interface RealChange {
  /** As in `2022-06-13 kueue-tag-moved`. */
  readonly name: string;
  readonly before: ManifestState;
  readonly after: ManifestState;
  /** Digests that staging never had. */
  readonly neverStaged: ReadonlySet<string>;
}

/** The only destination of projects: real ones have up to 66, which are the same registry in other regions. */
const destination = "us.gcr.io/k8s-artifacts-prod";

/** The digests that this change takes out were never in staging: its commit says so ("remove non existing image hashes from staging repo"). */
const withoutStaging = "dc30bddfe2";

/** A list of a project that has others, too: the collection has only the one that changes. */
const otherLists: Readonly<Record<string, string>> = { "k8s-staging-kops": "1.18.0.yaml" };

const digests = /sha256:[0-9a-f]{64}/g;

/** A line with a digest that is too short, which was merged: it would stop its whole project. */
const brokenLine = /^.*sha256:[0-9a-f]{1,63}".*\n/gm;

/** Reads the files below a folder, as `images/…`, `manifests/…` and `filestores/…`. */
function readState(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      // The first part is the tree, such as registry.k8s.io.
      return [
        path.slice(folder.length + 1).replace(/^[^/]+\//, ""),
        readFileSync(path, "utf8").replace(brokenLine, ""),
      ];
    }),
  );
}

function projectsOf(state: ManifestState, file: RegExp): string[] {
  return [...new Set([...state.keys()].flatMap((path) => file.exec(path)?.[1] ?? []))];
}

/** Registries of a project, with each path below the destination once. */
function formatRegistries(project: string, real: string | undefined): string {
  const paths = Array.from(
    real?.matchAll(/k8s-artifacts-prod(?:\/images)?((?:\/[a-z0-9-]+)*)$/gm) ?? [],
    ([, path]) => path,
  );
  const own = paths.length > 0 ? [...new Set(paths)] : [`/${project.replace("k8s-staging-", "")}`];
  const [, source = `gcr.io/${project}`] = /name: (\S+)\s+src: true/.exec(real ?? "") ?? [];
  const lines = own.flatMap((path) => [`- name: ${destination}${path}`]);
  return ["registries:", `- name: ${source}`, "  src: true", ...lines, ""].join("\n");
}

/** Reads the changes of a folder, and the manifests beside it. */
export class ChangeReader {
  readonly #folder: string;
  readonly #current: ReadonlyMap<string, string>;
  readonly #artifacts: string;

  /** @param folder with `changes/`, `registry.k8s.io/` and `artifacts/` */
  constructor(folder: string) {
    this.#folder = folder;
    this.#artifacts = join(folder, "artifacts");
    const images = join(folder, "registry.k8s.io", "images");
    const projects = existsSync(images) ? readdirSync(images) : [];
    this.#current = new Map(
      projects.map((project) => [project, readFileSync(join(images, project, "images.yaml"), "utf8")]),
    );
  }

  /** All changes, by date. */
  readChanges(): RealChange[] {
    const folder = join(this.#folder, "changes");
    return readdirSync(folder)
      .sort()
      .map((name) => {
        const [before, after] = [readState(join(folder, name, "before")), readState(join(folder, name, "after"))];
        const [, date = "", commit = "", what = name] = /^(\d{4}-\d\d-\d\d)-([0-9a-f]{10})-(.*)$/.exec(name) ?? [];
        const known = [...before.values()].join("\n").match(digests) ?? [];
        const kept = new Set([...after.values()].join("\n").match(digests) ?? []);
        const missing = commit === withoutStaging ? known.filter((digest) => !kept.has(digest)) : [];
        const own = [before, after].flatMap((state) => projectsOf(state, /^images\/([^/]+)\//));
        const neighbours = this.#findNeighbours(new Set(known), new Set(own));
        return {
          name: `${date} ${what}`.trim(),
          before: this.#complete(new Map([...before, ...neighbours]), before),
          after: this.#complete(new Map([...after, ...neighbours]), before),
          neverStaged: new Set(missing),
        };
      });
  }

  /** The digests that two images have: the image that comes last loses them. */
  readShared(): RealChange {
    const owners = new Map<
      string,
      { readonly project: string; readonly name: string; readonly tags: readonly string[] }[]
    >();
    for (const [project, text] of this.#current) {
      for (const [name, dmap] of readImages(text)) {
        for (const [digest, tags] of dmap) owners.set(digest, [...(owners.get(digest) ?? []), { project, name, tags }]);
      }
    }
    const states = [0, 1].map((removed) => {
      const projects = new Map<string, Map<string, Map<string, readonly string[]>>>();
      for (const [digest, all] of owners) {
        if (all.length < 2) continue;
        for (const { project, name, tags } of removed === 1 ? all.slice(0, -1) : all) {
          const images = projects.get(project) ?? new Map<string, Map<string, readonly string[]>>();
          projects.set(project, images);
          images.set(name, new Map([...(images.get(name) ?? []), [digest, tags]]));
        }
      }
      return projects;
    });
    const all = [...(states[0]?.keys() ?? [])];
    const [before = new Map(), after = new Map()] = states.map(
      (projects) =>
        new Map(all.map((project) => [imagesOf(project), formatImages(projects.get(project) ?? new Map())])),
    );
    const count = [...owners.values()].filter(({ length }) => length > 1).length;
    const name = `${formatCount(count, "digest")} of two images, withdrawn from one`;
    return {
      name,
      before: this.#complete(before, before),
      after: this.#complete(after, before),
      neverStaged: new Set(),
    };
  }

  /** The entries of other projects that have some of these digests. */
  #findNeighbours(known: ReadonlySet<string>, own: ReadonlySet<string>): Map<string, string> {
    const found = new Map<string, string>();
    for (const [project, text] of this.#current) {
      if (own.has(project) || !(text.match(digests) ?? []).some((digest) => known.has(digest))) continue;
      const images = readImages(text).flatMap(([name, dmap]) => {
        const shared = dmap.filter(([digest]) => known.has(digest));
        return shared.length > 0 ? [[name, new Map(shared)] as const] : [];
      });
      found.set(imagesOf(project), formatImages(new Map(images)));
    }
    return found;
  }

  /** Adds what the collection does not repeat for each change: registries and file stores. */
  #complete(state: ManifestState, before: ManifestState): ManifestState {
    const whole = new Map(state);
    for (const project of projectsOf(state, /^images\/([^/]+)\/images\.yaml$/)) {
      const path = `manifests/${project}/promoter-manifest.yaml`;
      const current = join(this.#folder, "registry.k8s.io", path);
      const real = state.get(path) ?? (existsSync(current) ? readFileSync(current, "utf8") : undefined);
      whole.set(path, formatRegistries(project, real));
    }
    const isFiles = [...before.keys()].every((path) => !path.startsWith("images/"));
    for (const project of isFiles ? projectsOf(before, /^manifests\/([^/]+)\//) : []) {
      const other = `manifests/${project}/${otherLists[project]}`;
      for (const path of [
        `filestores/${project}/filepromoter-manifest.yaml`,
        ...(project in otherLists ? [other] : []),
      ]) {
        whole.set(path, readFileSync(join(this.#artifacts, path), "utf8"));
      }
    }
    return whole;
  }
}

function imagesOf(project: string): string {
  return `images/${project}/images.yaml`;
}

/** The images of a file, each once, with their digests. */
function readImages(text: string): [string, [string, readonly string[]][]][] {
  const images = new Map<string, Map<string, readonly string[]>>();
  for (const { name, dmap } of parse(text, { maxAliasCount: 0 }) ?? []) {
    images.set(name, new Map([...(images.get(name) ?? []), ...Object.entries<string[]>(dmap ?? {})]));
  }
  return Array.from(images, ([name, dmap]) => [name, [...dmap]]);
}
