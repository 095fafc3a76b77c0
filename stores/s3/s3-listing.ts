import type { ObjectFacts } from "../bucket";
import type { Page } from "../list-pages";
import { childrenOf, readXml, textOf, type XmlElement } from "../read-xml";
import { StoreError } from "../store-error";

/** With `encoding-type=url`, names are in the encoding of forms, where a plus sign is a space. */
function decodeKey(key: string, isEncoded: boolean): string {
  if (!isEncoded) return key;
  try {
    return decodeURIComponent(key.replace(/\+/g, " "));
  } catch {
    throw new StoreError(
      `a listing has the name ${JSON.stringify(key.slice(0, 200))}, which is not percent-encoded text`,
    );
  }
}

function readFacts(element: XmlElement, isEncoded: boolean): ObjectFacts {
  const key = textOf(element, "Key");
  const size = textOf(element, "Size") ?? "";
  if (key === undefined || !/^[0-9]{1,15}$/.test(size))
    throw new StoreError("a listing has an object without name or size");
  return { key: decodeKey(key, isEncoded), size: Number(size), etag: textOf(element, "ETag") };
}

/** Reads an answer of ListObjectsV2 (Amazon S3 API Reference). @throws StoreError */
export function readS3Page(document: string): Page {
  const root = readXml(document);
  if (root.name !== "ListBucketResult") throw new StoreError(`a listing is <${root.name}>, not <ListBucketResult>`);
  const isEncoded = textOf(root, "EncodingType") === "url";
  const objects = childrenOf(root, "Contents").map((element) => readFacts(element, isEncoded));
  const isTruncated = textOf(root, "IsTruncated") === "true";
  const next = isTruncated ? textOf(root, "NextContinuationToken") : undefined;
  if (isTruncated && !next) throw new StoreError("a listing continues, but does not say where");
  return { objects, next };
}
