import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable, printableJson } from "../document/printable";
import { version } from "../package.json";
import { platformName, readBaseImage } from "../packaging/base-image";
import { BaseLayers, type BlobStep } from "../packaging/base-layers";
import { BlobFolder } from "../packaging/blob-folder";
import { type DerivedImage, deriveImage } from "../packaging/derive-image";
import { ImageLayout } from "../packaging/image-layout";
import { pushImage } from "../packaging/push-image";
import { redirectorAddition } from "../packaging/redirector-addition";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { fallbackTable } from "../routing/fallback-table";
import { dockerLogin } from "../stores/registry/docker-login";
import { type ImageReference, parseImageReference } from "../stores/registry/image-reference";
import { RegistryError } from "../stores/registry/registry-error";
import { Repository } from "../stores/registry/repository";
import { exitStatus, Failure, understandAll } from "./failure";

interface ImageOptions extends ProjectOptions {
  readonly base: string;
  readonly out?: string;
  readonly push?: string;
  readonly realm?: readonly string[];
  readonly json?: boolean;
}

/** How long building and pushing may take, in milliseconds: an hour. */
const longestRun = 3_600_000;

/** Where the layout goes if nothing else is wanted of the image. */
const defaultOut = "image.out";

type Base = ImageReference & { readonly digest: string };

function baseOf(text: string): Base {
  const base = parseImageReference(text);
  const form = "HOST/NAME@sha256:… with the 64 digits that `crane digest HOST/NAME:TAG` prints";
  if (!base) throw new Failure(exitStatus.wrongUsage, `--base takes ${form}, not ${printable(text)}`);
  const { digest } = base;
  if (digest !== undefined) return { ...base, digest };
  throw new Failure(
    exitStatus.wrongUsage,
    `--base takes an image by digest, since a tag may be another image tomorrow: \`crane digest ${text}\` or \`skopeo inspect docker://${text}\` tells it`,
  );
}

function destinationOf(text: string): ImageReference {
  const destination = parseImageReference(text);
  if (destination && destination.digest === undefined) return destination;
  throw new Failure(
    exitStatus.wrongUsage,
    `--push takes HOST/NAME or HOST/NAME:TAG in lower case, such as registry.example.org/redirector, not ${printable(text)}`,
  );
}

/** A host as in an https URL, with or without a port. */
function realmOf(text: string): string {
  if (/^[a-z0-9.:[\]-]+$/i.test(text) && URL.canParse(`https://${text}`)) return new URL(`https://${text}`).host;
  throw new Failure(exitStatus.wrongUsage, `--realm takes HOST or HOST:PORT, not ${printable(text)}`);
}

function say(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Decimal, as registries count. */
function sizeInWords(bytes: number): string {
  const [divisor, unit] = bytes < 1_000_000 ? [1_000, "kB"] : [1_000_000, "MB"];
  return `${(bytes / divisor).toFixed(1).padStart(6)} ${unit}`;
}

function printStep({ blob: { digest, size }, step }: BlobStep): void {
  // Twelve digits tell blobs apart, and are what others show.
  say(`  ${digest.slice("sha256:".length, "sha256:".length + 12)} ${sizeInWords(size)}: ${step}`);
}

interface Built {
  readonly image: DerivedImage;
  /** `linux/amd64` and so on, in the base's order. */
  readonly platforms: readonly string[];
}

/** The image from the project's table and the base; of the base's layers, only the names are known yet. */
async function build(options: ImageOptions, base: Base, source: Repository): Promise<Built> {
  const project = loadProject(options);
  const table = fallbackTable(compileTable(project).table);
  say(`base: ${options.base}`);
  const read = await readBaseImage(source, base.digest);
  const platforms = read.platforms.map(({ platform }) => platformName(platform));
  say(`platforms: ${platforms.join(", ")}`);
  if (read.leftOut.length > 0) say(`left out, as they are not Linux: ${read.leftOut.join(", ")}`);
  const { info } = project.inventory.project;
  const addition = redirectorAddition({
    table,
    // No part has a date: a date would make a new image each time.
    created: new Date(0),
    version,
    source: info,
    base,
  });
  return { image: deriveImage(read, addition), platforms };
}

/** Where an image goes: into a layout, to a registry, or both. */
interface Destinations {
  readonly out: string | undefined;
  readonly push: ImageReference | undefined;
  /** Takes the base's layers where there is no layout to take them. */
  readonly folder: string;
}

async function make(options: ImageOptions, base: Base, { out, push, folder }: Destinations): Promise<Built> {
  const findLogin = dockerLogin(process.env);
  const limits = { findLogin, realms: options.realm ?? [], until: Date.now() + longestRun };
  const source = new Repository({ ...base, access: "pull", ...limits });
  const built = await build(options, base, source);
  const { image } = built;
  const layout = out === undefined ? undefined : new ImageLayout(out);
  const layers = new BaseLayers(source, layout?.blobs ?? new BlobFolder(folder), printStep);
  if (layout) {
    await layout.write(image, layers);
    say(`layout: ${out}`);
  }
  if (push) {
    const mountFrom = push.host === base.host && push.name !== base.name ? { mountFrom: base.name } : {};
    say(`to: ${options.push}`);
    const to = new Repository({ ...push, access: "push", ...limits, ...mountFrom });
    const tag = push.tag === undefined ? {} : { tag: push.tag };
    await pushImage(image, { to, ...tag, ...mountFrom, layerFile: (layer) => layers.file(layer), onStep: printStep });
  }
  return built;
}

function report({ image: { top }, platforms }: Built, { out, push }: Destinations, options: ImageOptions): void {
  const { digest } = top;
  const image = push && `${push.host}/${push.name}@${digest}`;
  if (options.json) {
    const told = { ...(image && { image }), digest, platforms, ...(out !== undefined && { layout: out }) };
    process.stdout.write(`${printableJson(told, 2)}\n`);
    return;
  }
  process.stdout.write(`${image ?? digest}\n`);
  if (image) say(`Name it in ${options.inventory}: redirector.image.`);
}

/**
 * `image`: the redirector's container image, from a base by digest and a layer of ours, as an OCI layout, or pushed to a registry, or
 * both. The same inputs give the same digest, on every machine.
 *
 * @throws Failure where the inventory or an option is wrong, or a registry refuses
 */
export async function imageCommand(options: ImageOptions): Promise<void> {
  const { base, push, realm } = understandAll({
    base: () => baseOf(options.base),
    push: () => (options.push === undefined ? undefined : destinationOf(options.push)),
    realm: () => options.realm?.map(realmOf) ?? [],
  });
  const out = options.out ?? (push ? undefined : defaultOut);
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-image-"));
  try {
    const destinations = { out, push, folder };
    report(await make({ ...options, realm }, base, destinations), destinations, options);
  } catch (error) {
    if (error instanceof RegistryError) throw new Failure(exitStatus.wrongInput, error.message);
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
