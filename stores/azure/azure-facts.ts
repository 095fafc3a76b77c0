import type { IncomingHttpHeaders } from "node:http";
import type { ObjectFacts } from "../bucket";
import { hexOfBase64, recordedSha256 } from "../checksum-form";
import { readSize } from "../http/read-size";
import type { Page } from "../list-pages";
import { childOf, childrenOf, readXml, textOf, type XmlElement } from "../read-xml";
import { StoreError } from "../store-error";

/** Listings have ETags without quotation marks, headers with them. */
function quoted(etag: string | undefined): string | undefined {
  return etag === undefined || etag.startsWith('"') ? etag : `"${etag}"`;
}

/** Reads the headers of Get Blob and Get Blob Properties. @throws StoreError if there is no size */
export function readAzureFacts(key: string, headers: IncomingHttpHeaders): ObjectFacts {
  // With a range, Content-MD5 would be that of the range.
  const md5 = headers["content-range"] === undefined ? headers["content-md5"] : headers["x-ms-blob-content-md5"];
  return {
    key,
    size: readSize(headers),
    md5: hexOfBase64(md5?.toString(), 16),
    recordedSha256: recordedSha256(headers["x-ms-meta-sha256"]),
    etag: quoted(headers.etag),
  };
}

/** A name with characters that XML does not permit is percent-encoded (List Blobs, "Blob name encoding"). */
function readName(blob: XmlElement): string | undefined {
  const name = childOf(blob, "Name");
  if (name === undefined || !/\sEncoded\s*=\s*["']true["']/.test(name.attributes)) return name?.text;
  try {
    return decodeURIComponent(name.text);
  } catch {
    return undefined;
  }
}

function readBlob(blob: XmlElement): ObjectFacts {
  const key = readName(blob);
  const properties = childOf(blob, "Properties");
  const size = textOf(properties, "Content-Length") ?? "";
  if (!key || !/^[0-9]{1,15}$/.test(size)) throw new StoreError("Azure lists a blob without a name or a size");
  return {
    key,
    size: Number(size),
    md5: hexOfBase64(textOf(properties, "Content-MD5"), 16),
    recordedSha256: recordedSha256(textOf(childOf(blob, "Metadata"), "sha256")),
    etag: quoted(textOf(properties, "Etag")),
  };
}

/** Reads an answer of List Blobs. @throws StoreError if it is something else */
export function readAzurePage(document: string): Page {
  const root = readXml(document);
  if (root.name !== "EnumerationResults") throw new StoreError(`Azure sends a listing as <${root.name}>`);
  const objects = childrenOf(childOf(root, "Blobs"), "Blob").map(readBlob);
  return { objects, next: textOf(root, "NextMarker") || undefined };
}
