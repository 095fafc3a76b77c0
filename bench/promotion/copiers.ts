import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../test/peers/find-tools";
import type { MadeUpImage } from "./made-up-images";
import type { Command } from "./measured-command";
import type { Places } from "./places";
import { benchKeys, commitManifests, hostOf, namespace, writeImages, writePromotion } from "./scene";

/** What a program copies. */
export interface Errand {
  /** For files. */
  readonly folder: string;
  readonly images: readonly MadeUpImage[];
  readonly places: Places;
}

/** A program that copies images to registries. */
export interface Copier {
  readonly name: string;
  /** How it is used here. */
  readonly usage: string;
  /** Whether it fills object stores too. */
  readonly fillsStores: boolean;
  /** @returns undefined if the program is not installed */
  prepare(errand: Errand): Command | undefined;
  /** Changes one digest of the manifests. @returns what plans just that. @default it cannot */
  prepareChange?(errand: Errand): Command;
}

/** How many images a program copies at the same time, if it does not decide that itself. */
const parallel = 8;
const program = join(__dirname, "../../bin/mirrorform.js");

function ours(name: string, fillsStores: boolean): Copier {
  return {
    name,
    usage: "promote run",
    fillsStores,
    prepare: ({ folder, images, places }) => {
      writePromotion(folder, images, fillsStores ? places : { ...places, stores: [] });
      commitManifests(folder);
      return promote(folder, "run", "--wait", "0");
    },
    prepareChange: ({ folder, images }) => {
      const [first, ...others] = images;
      if (first === undefined) throw new Error("there are no images");
      writeImages(folder, [{ ...first, tags: [...first.tags, "v1.0.1"] }, ...others]);
      return promote(folder, "plan", "--since", "HEAD");
    },
  };
}

function promote(folder: string, ...words: readonly string[]): Command {
  const places = ["--inventory", join(folder, "mirrors.yaml"), "--manifests", join(folder, "manifests")];
  const args = [program, "promote", ...words, ...places, "--allow-private-mirrors", "--json"];
  return { path: process.execPath, args, env: benchKeys };
}

/** All pairs of an image at the source and at a destination. */
function pairsOf({ images, places }: Errand): (readonly [from: string, to: string])[] {
  return images.flatMap(({ name, tags: [tag] }) =>
    places.registries.map((place) => {
      const image = `${namespace}/${name}:${tag}`;
      return [`${hostOf(places.source)}/${image}`, `${hostOf(place)}/${image}`] as const;
    }),
  );
}

const crane: Copier = {
  name: "crane",
  usage: `crane copy, by xargs --max-procs=${parallel}`,
  fillsStores: false,
  prepare: (errand) => {
    const path = findProgram("crane");
    if (path === undefined) return undefined;
    const list = join(errand.folder, "crane.txt");
    writeFileSync(
      list,
      pairsOf(errand)
        .map((pair) => `${pair.join(" ")}\n`)
        .join(""),
    );
    const args = ["--arg-file", list, "--max-procs", String(parallel), "--max-lines=1", path, "copy", "--insecure"];
    return { path: "xargs", args };
  },
};

const skopeo: Copier = {
  name: "skopeo",
  usage: "skopeo sync --all, one for each registry at the same time",
  fillsStores: false,
  prepare: ({ folder, images, places }) => {
    const path = findProgram("skopeo");
    if (path === undefined) return undefined;
    const listed = Object.fromEntries(images.map(({ name, tags }) => [`${namespace}/${name}`, tags]));
    const source = { [hostOf(places.source)]: { "tls-verify": false, images: listed } };
    writeFileSync(join(folder, "skopeo.yaml"), JSON.stringify(source));
    writeFileSync(join(folder, "policy.json"), JSON.stringify({ default: [{ type: "insecureAcceptAnything" }] }));
    const list = join(folder, "skopeo.txt");
    writeFileSync(list, places.registries.map((place) => `${hostOf(place)}/${namespace}\n`).join(""));
    const sync = ["sync", "--all", "--preserve-digests", "--src=yaml", "--dest=docker", "--dest-tls-verify=false"];
    const policy = ["--policy", join(folder, "policy.json")];
    const xargs = ["--arg-file", list, "--max-procs", String(places.registries.length), "--max-args=1"];
    return { path: "xargs", args: [...xargs, path, ...policy, ...sync, join(folder, "skopeo.yaml")] };
  },
};

const regsync: Copier = {
  name: "regsync",
  usage: `regsync once, parallel: ${parallel}`,
  fillsStores: false,
  prepare: (errand) => {
    const path = findProgram("regsync");
    if (path === undefined) return undefined;
    const { source, registries } = errand.places;
    const creds = [source, ...registries].map((place) => ({
      registry: hostOf(place),
      tls: "disabled",
      reqConcurrent: 32,
    }));
    const sync = pairsOf(errand).map(([from, to]) => ({ source: from, target: to, type: "image" }));
    const file = join(errand.folder, "regsync.yaml");
    writeFileSync(file, JSON.stringify({ version: 1, creds, defaults: { parallel, skipDockerConfig: true }, sync }));
    return { path, args: ["once", "--config", file, "--verbosity", "warn"] };
  },
};

/** The programs that are compared. The first is ours on equal terms: to registries alone. */
export const copiers: readonly Copier[] = [
  ours("mirrorform", false),
  ours("mirrorform, six", true),
  crane,
  skopeo,
  regsync,
];
