import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../test/peers/find-tools";
import type { MadeUpImage } from "./made-up-images";
import type { Command } from "./measured-command";
import type { Places } from "./places";
import { benchKeys, hostOf, namespace, writePromotion } from "./scene";

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
}

/** How many images a program without a list of its own copies at the same time; more made crane slower here. */
const parallel = 8;
const program = join(__dirname, "run-locally.ts");

function ours(name: string, fillsStores: boolean): Copier {
  return {
    name,
    usage: "promote run",
    fillsStores,
    prepare: ({ folder, images, places }) => {
      writePromotion(folder, images, fillsStores ? places : { ...places, stores: [] });
      const args = ["--require", "tsx/cjs", program, join(folder, "mirrors.yaml"), join(folder, "manifests")];
      return { path: process.execPath, args, env: benchKeys };
    },
  };
}

/** All pairs of an image at the source and at a destination. */
function pairsOf({ images, places }: Errand): (readonly [from: string, to: string])[] {
  return images.flatMap(({ name, tag }) =>
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
    const listed = Object.fromEntries(images.map(({ name, tag }) => [`${namespace}/${name}`, [tag]]));
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
