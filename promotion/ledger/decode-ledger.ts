import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { printable } from "../../document/printable";
import { isRepositoryName } from "../manifests/repository-name";
import { isTag } from "../manifests/tag";
import type { LedgerHeader } from "./encode-ledger";
import type { Ledger, LedgerFile, LedgerImage } from "./ledger";
import { ledgerLimits } from "./ledger-limits";

const decompress = promisify(gunzip);

/** A ledger that was read, or why it cannot be used. */
export type LedgerReading = { readonly ledger: Ledger } | { readonly problem: string };

const text = z.string().min(1).max(4_096);
const mirror = z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9._-]+$/);
const target = z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9._-]+ (?:registry|blobs|files)$/);
const count = z.int().nonnegative();
/** SHA-256 or SHA-512 (OCI image specification 1.1, "Registered algorithms"), or the number of one that came before. */
const name = z.union([z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/), count]);

/** Whether no part of a path leads elsewhere. */
function isPath(path: string): boolean {
  return !path.split("/").some((part) => part === "" || part === "." || part === "..");
}

const withdrawal = z.strictObject({
  hidden: z.iso.datetime(),
  reason: z.string().max(4_096),
  removedFrom: z.array(target),
});

const entry = {
  project: text,
  promotion: z.int().positive(),
  destinations: z.array(mirror).optional(),
  withdrawn: withdrawal.optional(),
};

const header = z.strictObject({
  format: z.literal(1),
  newest: count,
  images: count,
  files: count,
  covered: z.array(text).optional(),
  complete: z.record(target, count),
});

const image = z.strictObject({
  ...entry,
  repository: z.string().refine(isRepositoryName, "not the name of a repository"),
  digest: name,
  attachedTo: name.optional(),
  tags: z.array(z.string().refine(isTag, "not a tag")),
  withdrawnTags: z.record(z.string().refine(isTag, "not a tag"), withdrawal).optional(),
  manifests: z.array(name),
  blobs: z.array(name),
});

const file = z.strictObject({
  ...entry,
  path: text.refine(isPath, "not the path of a file"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What is wrong, for the user. */
class Damage extends Error {}

function parse<T>(shape: z.ZodType<T>, line: string, number: number): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Damage(`line ${number} is not JSON`);
  }
  const { success, data, error } = shape.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new Damage(`line ${number}: ${issue?.path.join(".") || "it"}: ${issue?.message ?? "invalid"}`);
}

/** Reads the lines after the header. */
class LedgerLines {
  readonly #newest: number;
  readonly #digests: string[] = [];
  readonly #names = new Set<string>();

  constructor(newest: number) {
    this.#newest = newest;
  }

  readImage(line: string, number: number): LedgerImage {
    const { digest, attachedTo, manifests, blobs, ...rest } = parse(image, line, number);
    const find = (each: string | number) => this.#find(each, number);
    // In the order in which they were named.
    const read = {
      ...rest,
      digest: find(digest),
      ...(attachedTo !== undefined && { attachedTo: find(attachedTo) }),
      manifests: manifests.map(find),
      blobs: blobs.map(find),
    };
    this.#check(`${read.repository}@${read.digest}`, read.promotion, number);
    return read as LedgerImage;
  }

  readFile(line: string, number: number): LedgerFile {
    const read = parse(file, line, number);
    this.#check(read.path, read.promotion, number);
    return read as LedgerFile;
  }

  #find(digest: string | number, number: number): string {
    if (typeof digest === "string") {
      this.#digests.push(digest);
      return digest;
    }
    const known = this.#digests[digest];
    if (known === undefined) throw new Damage(`line ${number} refers to digest ${digest}, which no line has named`);
    return known;
  }

  #check(key: string, promotion: number, number: number): void {
    if (this.#names.has(key)) throw new Damage(`line ${number} has ${key} for a second time`);
    this.#names.add(key);
    if (promotion > this.#newest) {
      throw new Damage(`line ${number} belongs to promotion ${promotion}, and the newest is ${this.#newest}`);
    }
  }
}

function readHeader(line: string): LedgerHeader {
  const read = parse(header, line, 1);
  const ahead = Object.entries(read.complete).find(([, promotion]) => promotion > read.newest);
  if (ahead) throw new Damage(`${ahead[0]} is complete up to promotion ${ahead[1]}, and the newest is ${read.newest}`);
  return read as LedgerHeader;
}

function readLines(content: string): Ledger {
  const lines = content.split("\n");
  const { images, files, ...rest } = readHeader(lines[0] ?? "");
  // Every line ends with a line feed.
  if (lines.length !== images + files + 2 || lines.at(-1) !== "") {
    throw new Damage(`it has ${lines.length - 2} entries, and its first line says ${images + files}`);
  }
  const reader = new LedgerLines(rest.newest);
  const rows = lines.slice(1, -1);
  return {
    ...rest,
    images: rows.slice(0, images).map((line, index) => reader.readImage(line, index + 2)),
    files: rows.slice(images).map((line, index) => reader.readFile(line, images + index + 2)),
  };
}

/** Reads what `encodeLedger` wrote. Whatever it does not expect makes all of it unusable: it never reads a part. */
export async function decodeLedger(bytes: Buffer): Promise<LedgerReading> {
  if (bytes.length > ledgerLimits.bytes) return { problem: "it is too long" };
  let content: string;
  try {
    content = (await decompress(bytes, { maxOutputLength: ledgerLimits.text })).toString();
  } catch {
    return { problem: "it is not compressed with gzip, damaged, or too long" };
  }
  try {
    return { ledger: readLines(content) };
  } catch (error) {
    if (error instanceof Damage) return { problem: printable(error.message) };
    throw error;
  }
}
