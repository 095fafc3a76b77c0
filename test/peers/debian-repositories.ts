import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { digestOf } from "../../stores/registry/content";
import type { Files } from "./file-server";
import { runProgram } from "./program";

/** The package. Its version has a character that apt encodes in URLs. */
export const debianPackage = { name: "trial", version: "1.0+dfsg" } as const;

const file = `${debianPackage.name}_${debianPackage.version}_all.deb`;

/** A repository whose index is in the same folder as its packages, and lists them as `./FILE`, as `dpkg-scanpackages .` does. */
export const flatRepository = { folder: "flat", package: `flat/${file}` } as const;

/** A repository with the layout of Debian's own. */
export const poolRepository = {
  folder: "debian",
  suite: "stable",
  package: `debian/pool/main/t/trial/${file}`,
} as const;

/** The files of both repositories; the mirror has only the packages. */
export interface DebianFiles {
  readonly packages: Files;
  /** Everything that vouches for the packages. */
  readonly indexes: Files;
}

const control = [
  `Package: ${debianPackage.name}`,
  `Version: ${debianPackage.version}`,
  "Architecture: all",
  "Maintainer: trial <admin@example.org>",
  "Description: a trial",
].join("\n");

async function buildPackage(dpkgDeb: string, folder: string): Promise<Buffer> {
  const tree = join(folder, "package");
  const out = join(folder, file);
  const place = join(tree, "DEBIAN/control");
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
  writeFileSync(place, `${control}\n`);
  await runProgram(dpkgDeb, ["--build", "--root-owner-group", tree, out], process.env);
  return readFileSync(out);
}

const hexOf = (bytes: Buffer) => digestOf(bytes).replace("sha256:", "");

/** A file `Packages` (Debian wiki, "DebianRepository/Format"). @param filename relative to the repository's folder */
function packagesIndex(bytes: Buffer, filename: string): Buffer {
  return Buffer.from(`${control}\nFilename: ${filename}\nSize: ${bytes.length}\nSHA256: ${hexOf(bytes)}\n`);
}

/** A file `Release`, which vouches for indexes. @param indexes by their path relative to the `Release` */
function releaseFile(indexes: Files): Buffer {
  const sums = [...indexes].map(([path, bytes]) => ` ${hexOf(bytes)} ${bytes.length} ${path}`);
  return Buffer.from(["Date: Wed, 01 Jan 2025 00:00:00 UTC", "SHA256:", ...sums, ""].join("\n"));
}

/**
 * Creates both repositories with one package.
 *
 * @param dpkgDeb path of `dpkg-deb`
 * @param folder for the files that it writes
 * @throws Error if the package cannot be built
 */
export async function createDebianRepositories(dpkgDeb: string, folder: string): Promise<DebianFiles> {
  const bytes = await buildPackage(dpkgDeb, folder);
  const flat = packagesIndex(bytes, `./${file}`);
  const pool = packagesIndex(bytes, poolRepository.package.replace(`${poolRepository.folder}/`, ""));
  const compressed = gzipSync(pool);
  const dists = `${poolRepository.folder}/dists/${poolRepository.suite}`;
  const index = "main/binary-amd64/Packages";
  const release = releaseFile(
    new Map([
      [index, pool],
      [`${index}.gz`, compressed],
    ]),
  );
  return {
    packages: new Map([
      [flatRepository.package, bytes],
      [poolRepository.package, bytes],
    ]),
    indexes: new Map([
      [`${flatRepository.folder}/Packages`, flat],
      [`${flatRepository.folder}/Release`, releaseFile(new Map([["Packages", flat]]))],
      // As on Debian's mirrors, there is only the compressed form.
      [`${dists}/${index}.gz`, compressed],
      [`${dists}/Release`, release],
    ]),
  };
}
