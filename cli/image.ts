import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printable, printableJson } from "../document/printable";
import { version } from "../package.json";
import { platformName, readBaseImage } from "../packaging/base-image";
import { BaseLayers, type BlobStep } from "../packaging/base-layers";
import { BlobFolder } from "../packaging/blob-folder";
import { type Addition, type DerivedImage, deriveImage } from "../packaging/derive-image";
import { ImageLayout } from "../packaging/image-layout";
import { createPromoterAddition } from "../packaging/promoter-addition";
import { pushImage } from "../packaging/push-image";
import { createRedirectorAddition } from "../packaging/redirector-addition";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { fallbackTable } from "../routing/fallback-table";
import { dockerLogin } from "../stores/registry/docker-login";
import { type ImageReference, parseImageReference } from "../stores/registry/image-reference";
import { Repository } from "../stores/registry/repository";
import { StoreError } from "../stores/store-error";
import { exitStatus, Failure, parseOptions } from "./failure";
import { printMessage } from "./print-message";

interface ImageOptions extends ProjectOptions {
  readonly base: string;
  readonly for?: "redirector" | "promoter";
  readonly out?: string;
  readonly push?: string;
  readonly realm?: readonly string[];
  readonly json?: boolean;
}

/** How long building and pushing may take, in milliseconds: one hour. */
const timeoutMilliseconds = 3_600_000;

/** The directory of the layout if the image is not pushed. */
const defaultOut = "image.out";

type Base = ImageReference & { readonly digest: string };

function parseBase(text: string): Base {
  const base = parseImageReference(text);
  const form = "HOST/NAME@sha256:… with the 64 digits that `crane digest HOST/NAME:TAG` prints";
  if (!base) throw new Failure(exitStatus.wrongUsage, `--base must be ${form}, not ${printable(text)}`);
  const { digest } = base;
  if (digest !== undefined) return { ...base, digest };
  throw new Failure(
    exitStatus.wrongUsage,
    `--base needs a digest, because a tag can move to another image. \`crane digest ${text}\` and \`skopeo inspect docker://${text}\` print it.`,
  );
}

function parseDestination(text: string): ImageReference {
  const destination = parseImageReference(text);
  if (destination && destination.digest === undefined) return destination;
  throw new Failure(
    exitStatus.wrongUsage,
    `--push must be HOST/NAME or HOST/NAME:TAG in lower case, such as registry.example.org/redirector, not ${printable(text)}`,
  );
}

/** Parses a host of an https URL, with or without a port. */
function parseRealm(text: string): string {
  if (/^[a-z0-9.:[\]-]+$/i.test(text) && URL.canParse(`https://${text}`)) return new URL(`https://${text}`).host;
  throw new Failure(exitStatus.wrongUsage, `--realm must be HOST or HOST:PORT, not ${printable(text)}`);
}

/** Formats a size in decimal units, as registries do. */
function formatSize(bytes: number): string {
  const [divisor, unit] = bytes < 1_000_000 ? [1_000, "kB"] : [1_000_000, "MB"];
  return `${(bytes / divisor).toFixed(1).padStart(6)} ${unit}`;
}

function printStep({ blob: { digest, size }, step }: BlobStep): void {
  // Twelve digits identify a blob, and other tools show as many.
  printMessage(`  ${digest.slice("sha256:".length, "sha256:".length + 12)} ${formatSize(size)}: ${step}`);
}

interface Built {
  readonly image: DerivedImage;
  /** Names such as `linux/amd64`, in the base's order. */
  readonly platforms: readonly string[];
}

/** What is added to the base. No part has a date, because a date would make a new image each time. */
function createAddition(options: ImageOptions, base: Base): Addition {
  const project = loadProject(options);
  const parts = { created: new Date(0), version, source: project.inventory.project.info, base };
  if (options.for === "promoter") return createPromoterAddition(parts);
  return createRedirectorAddition({ ...parts, table: fallbackTable(compileTable(project).table) });
}

/** Builds the image from the project and the base, without downloading the base's layers. */
async function build(options: ImageOptions, base: Base, source: Repository): Promise<Built> {
  const addition = createAddition(options, base);
  printMessage(`base: ${options.base}`);
  const read = await readBaseImage(source, base.digest);
  const platforms = read.platforms.map(({ platform }) => platformName(platform));
  printMessage(`platforms: ${platforms.join(", ")}`);
  if (read.skipped.length > 0) printMessage(`skipped, because they are not Linux: ${read.skipped.join(", ")}`);
  return { image: deriveImage(read, addition), platforms };
}

/** Where an image is written: to a layout, a registry, or both. */
interface Destinations {
  readonly out: string | undefined;
  readonly push: ImageReference | undefined;
  /** Receives the base's layers if there is no layout. */
  readonly folder: string;
}

async function make(options: ImageOptions, base: Base, { out, push, folder }: Destinations): Promise<Built> {
  const findLogin = dockerLogin(process.env);
  const limits = { findLogin, realms: options.realm ?? [], until: Date.now() + timeoutMilliseconds };
  const source = new Repository({ ...base, access: "pull", ...limits });
  const built = await build(options, base, source);
  const { image } = built;
  const layout = out === undefined ? undefined : new ImageLayout(out);
  const layers = new BaseLayers(source, layout?.blobs ?? new BlobFolder(folder), printStep);
  if (layout) {
    await layout.write(image, layers);
    printMessage(`layout: ${out}`);
  }
  if (push) {
    const mountFrom = push.host === base.host && push.name !== base.name ? { mountFrom: base.name } : {};
    printMessage(`to: ${options.push}`);
    const to = new Repository({ ...push, access: "push", ...limits, ...mountFrom });
    const tag = push.tag === undefined ? {} : { tag: push.tag };
    await pushImage(image, { to, ...tag, ...mountFrom, layerFile: (layer) => layers.file(layer), onStep: printStep });
  }
  return built;
}

function printResult({ image: { top }, platforms }: Built, { out, push }: Destinations, options: ImageOptions): void {
  const { digest } = top;
  const image = push && `${push.host}/${push.name}@${digest}`;
  if (options.json) {
    const result = { ...(image && { image }), digest, platforms, ...(out !== undefined && { layout: out }) };
    process.stdout.write(`${printableJson(result, 2)}\n`);
    return;
  }
  process.stdout.write(`${image ?? digest}\n`);
  const field = options.for === "promoter" ? "promotion.runs-in.cloud-run.image" : "redirector.image";
  if (image) printMessage(`Set \`${field}\` to it in ${options.inventory}.`);
}

/**
 * `image`: builds a container image of the redirector or the promoter from a base, pinned by digest, and one layer. Writes it as an OCI layout, pushes it
 * to a registry, or both. The same inputs give the same digest on every machine.
 *
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if an option is invalid, or a registry refuses
 */
export async function imageCommand(options: ImageOptions): Promise<void> {
  const { base, push, realm } = parseOptions({
    base: () => parseBase(options.base),
    push: () => (options.push === undefined ? undefined : parseDestination(options.push)),
    realm: () => options.realm?.map(parseRealm) ?? [],
  });
  const out = options.out ?? (push ? undefined : defaultOut);
  const folder = mkdtempSync(join(tmpdir(), "mirrorform-image-"));
  try {
    const destinations = { out, push, folder };
    printResult(await make({ ...options, realm }, base, destinations), destinations, options);
  } catch (error) {
    if (error instanceof StoreError) throw new Failure(exitStatus.wrongInput, error.message);
    throw error;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
