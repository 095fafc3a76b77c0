import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MadeUpImage } from "./made-up-images";
import type { Place, Places } from "./places";

/** The path of all images below a registry's root. */
export const namespace = "bench";

/** Files that say what is copied where, for each program in its own format. */
export interface Scene {
  readonly folder: string;
  /** Of the source, behind its proxy. */
  readonly source: string;
  readonly registries: readonly string[];
}

/** `127.0.0.1:PORT` of a place, behind its proxy. */
export function hostOf({ proxy }: Place): string {
  return `127.0.0.1:${proxy.port}`;
}

/** Writes an inventory whose mirrors are on loopback, and kpromo's manifests of the images. */
export function writePromotion(folder: string, images: readonly MadeUpImage[], places: Places): void {
  const mirrors = [
    ...places.registries.map((place, at) => [`registry-${at + 1}`, describeRegistry(hostOf(place))] as const),
    ...places.stores.map((place, at) => [`store-${at + 1}`, describeStore(hostOf(place))] as const),
  ];
  const inventory = {
    project: { name: "bench", contact: "a@example.org", info: "https://example.org/", privacy: "https://example.org/" },
    hosts: { "registry.example.org": { serves: ["images"] } },
    dns: { zone: "example.org" },
    origin: "here/registry-1",
    promotion: {
      projects: { bench: { approvers: ["alice"] } },
      destinations: { "registry.example.org/bench": "all" },
      "read-back": 0,
    },
    providers: { here: { cloud: "external", mirrors: Object.fromEntries(mirrors) } },
  };
  writeFileSync(join(folder, "mirrors.yaml"), JSON.stringify(inventory));
  const registries = [
    { name: `${hostOf(places.source)}/${namespace}`, src: true },
    { name: "registry.example.org/bench" },
  ];
  for (const kind of ["manifests", "images"]) mkdirSync(join(folder, "manifests", kind, "bench"), { recursive: true });
  writeFileSync(join(folder, "manifests/manifests/bench/promoter-manifest.yaml"), JSON.stringify({ registries }));
  writeImages(folder, images);
}

/** Writes only the list of images. */
export function writeImages(folder: string, images: readonly MadeUpImage[]): void {
  const listed = images.map(({ name, tags, index }) => ({ name, dmap: { [index.digest]: tags } }));
  writeFileSync(join(folder, "manifests/images/bench/images.yaml"), JSON.stringify(listed));
}

/** Commits the manifests, so that a plan can be of what has changed since. */
export function commitManifests(folder: string): void {
  const who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"];
  const git = (...args: readonly string[]) => execFileSync("git", ["-C", join(folder, "manifests"), ...who, ...args]);
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--allow-empty", "--message", "Promote made-up images");
}

function describeRegistry(host: string) {
  const push = { registry: `${host}/${namespace}`, credentials: "BENCH" };
  return { registry: `http://${host}/v2/${namespace}`, "filled-by": "push", push };
}

function describeStore(host: string) {
  const push = { bucket: { endpoint: `http://${host}`, name: "artifacts" }, credentials: "BENCH" };
  return { blobs: `http://${host}/artifacts/containers/images/{digest}`, "filled-by": "push", push };
}

/** The keys for the stores, which accept any. */
export const benchKeys = { MIRRORFORM_BENCH_ACCESS_KEY_ID: "bench", MIRRORFORM_BENCH_SECRET_ACCESS_KEY: "bench" };
