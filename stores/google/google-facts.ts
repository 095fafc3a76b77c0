import type { IncomingHttpHeaders } from "node:http";
import type { ObjectFacts } from "../bucket";
import { hexOfBase64, recordedSha256 } from "../checksum-form";
import { readSize } from "../http/read-size";
import type { Page } from "../list-pages";
import { StoreError } from "../store-error";

/** The fields of an object's resource that are asked for (Cloud Storage JSON API, "Objects"). */
export const googleFields = "name,size,md5Hash,crc32c,generation,metadata/sha256";

function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw new StoreError("Cloud Storage sent something other than a JSON object");
}

function factsOf(resource: Record<string, unknown>): ObjectFacts {
  const { name, size, md5Hash, crc32c, generation, metadata } = resource;
  if (typeof name !== "string" || !/^[0-9]{1,15}$/.test(textIn(size) ?? "")) {
    throw new StoreError("Cloud Storage sends an object without a name or a size");
  }
  return {
    key: name,
    size: Number(size),
    md5: hexOfBase64(textIn(md5Hash), 16),
    crc32c: hexOfBase64(textIn(crc32c), 4),
    recordedSha256: recordedSha256((metadata as { sha256?: unknown } | null | undefined)?.sha256),
    etag: textIn(generation),
  };
}

/** Reads an object's resource. @throws StoreError if it is something else, or another object */
export function readGoogleObject(key: string, text: string): ObjectFacts {
  const facts = factsOf(parseObject(text));
  if (facts.key === key) return facts;
  throw new StoreError(`Cloud Storage answers with ${facts.key}, when asked for ${key}`);
}

/** Reads a page of a listing. @throws StoreError if it is something else */
export function readGooglePage(text: string): Page {
  const { items = [], nextPageToken } = parseObject(text);
  if (!Array.isArray(items)) throw new StoreError("Cloud Storage sends a listing without objects");
  return { objects: items.map((item) => factsOf(Object(item))), next: textIn(nextPageToken) || undefined };
}

/**
 * Reads the headers of an object's content (Cloud Storage, "HTTP headers and query string parameters": `x-goog-hash`,
 * `x-goog-generation`, `x-goog-meta-…`).
 */
export function readGoogleHeaders(key: string, headers: IncomingHttpHeaders): ObjectFacts {
  const hashes = `${headers["x-goog-hash"] ?? ""}`;
  const hash = (name: string) => new RegExp(`(?:^|[,\\s])${name}=([A-Za-z0-9+/]+=*)`).exec(hashes)?.[1];
  return {
    key,
    size: readSize(headers),
    md5: hexOfBase64(hash("md5"), 16),
    crc32c: hexOfBase64(hash("crc32c"), 4),
    recordedSha256: recordedSha256(headers["x-goog-meta-sha256"]),
    etag: headers["x-goog-generation"]?.toString(),
  };
}
