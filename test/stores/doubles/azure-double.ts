import { equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { childrenOf, escapeXml, readXml } from "../../../stores/read-xml";
import {
  answerBytes,
  type DoubleAnswer,
  type DoubleObject,
  type DoubleRequest,
  ProtocolDouble,
} from "./protocol-double";

/** The token that the double accepts. */
export const azureToken = "eyJ0.token";

function md5Of(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("base64");
}

function refuse(status: number, code: string): DoubleAnswer {
  const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  return { status, headers: { "x-ms-error-code": code }, body };
}

function etagOf({ generation }: DoubleObject): string {
  return `0x8DC${generation}`;
}

/**
 * Azure Blob Storage with one container: blobs, blocks and their lists, MD5, conditions, ranges, pages. It follows the Blob service's REST
 * API.
 */
export class AzureDouble extends ProtocolDouble {
  /** By key and id. */
  readonly blocks = new Map<string, Buffer>();
  pageSize = 2;
  /** What requests have to carry. */
  authorization = new RegExp(`^Bearer ${azureToken}$`);

  constructor(readonly container: string) {
    super();
  }

  protected override answer(request: DoubleRequest): DoubleAnswer {
    const { method, url, headers, body } = request;
    match(String(headers.authorization), this.authorization);
    equal(headers["x-ms-version"], "2023-11-03");
    ok(Math.abs(Date.parse(String(headers["x-ms-date"])) - Date.now()) < 900_000);
    const query = url.searchParams;
    if (url.pathname === `/${this.container}`) return this.#list(query);
    const path = decodeURIComponent(url.pathname);
    ok(path.startsWith(`/${this.container}/`), `the path is ${path}`);
    const key = path.slice(this.container.length + 2);
    if (method !== "PUT") return this.#read(key, request);
    const md5 = headers["content-md5"];
    if (md5 !== undefined && md5 !== md5Of(body)) return refuse(400, "Md5Mismatch");
    if (query.get("comp") === "block") {
      ok(md5, "a block has an MD5");
      const id = String(query.get("blockid"));
      ok(Buffer.from(id, "base64").length <= 64, "ids have up to 64 bytes");
      this.blocks.set(`${key} ${id}`, body);
      return { status: 201 };
    }
    const failed = this.#failCondition(key, headers);
    if (failed) return failed;
    if (query.get("comp") === "blocklist") return this.#write(key, headers, this.#joinBlocks(key, body));
    equal(headers["x-ms-blob-type"], "BlockBlob");
    ok(md5, "a blob has an MD5");
    return this.#write(key, headers, body);
  }

  #read(key: string, { method, headers }: DoubleRequest): DoubleAnswer {
    const object = this.objects.get(key);
    if (!object) return refuse(404, "BlobNotFound");
    if (method === "DELETE") {
      equal(headers["x-ms-delete-snapshots"], "include");
      this.objects.delete(key);
      return { status: 202 };
    }
    const md5 = object.more?.md5 ?? "";
    const sent = {
      etag: `"${etagOf(object)}"`,
      "content-type": object.contentType,
      ...(headers.range === undefined ? { "content-md5": md5 } : { "x-ms-blob-content-md5": md5 }),
      ...(object.sha256 !== undefined && { "x-ms-meta-sha256": object.sha256 }),
    };
    if (method === "HEAD") return { status: 200, headers: { ...sent, "content-length": String(object.bytes.length) } };
    equal(method, "GET");
    return answerBytes(object.bytes, headers.range, sent);
  }

  #write(key: string, headers: DoubleRequest["headers"], bytes: Buffer): DoubleAnswer {
    ok(headers["x-ms-meta-sha256"], "there is no metadata");
    this.keep(key, {
      bytes,
      contentType: String(headers["x-ms-blob-content-type"]),
      cacheControl: headers["x-ms-blob-cache-control"]?.toString(),
      sha256: String(headers["x-ms-meta-sha256"]),
      more: { md5: headers["x-ms-blob-content-md5"]?.toString() ?? md5Of(bytes) },
    });
    for (const block of this.blocks.keys()) if (block.startsWith(`${key} `)) this.blocks.delete(block);
    return { status: 201 };
  }

  #joinBlocks(key: string, list: Buffer): Buffer {
    const ids = childrenOf(readXml(list.toString()), "Latest").map(({ text }) => text);
    equal(new Set(ids.map((id) => id.length)).size, 1, "all ids have one length");
    return Buffer.concat(
      ids.map((id) => {
        const block = this.blocks.get(`${key} ${id}`);
        ok(block, `there is no block ${id}`);
        return block;
      }),
    );
  }

  #failCondition(key: string, headers: DoubleRequest["headers"]): DoubleAnswer | undefined {
    const current = this.objects.get(key);
    if (headers["if-none-match"] === "*" && current) return refuse(409, "BlobAlreadyExists");
    const wanted = headers["if-match"];
    if (wanted === undefined || (current && `"${etagOf(current)}"` === wanted)) return undefined;
    return refuse(412, "ConditionNotMet");
  }

  #list(query: URLSearchParams): DoubleAnswer {
    equal(query.get("restype"), "container");
    equal(query.get("comp"), "list");
    const keys = this.keysFrom(query.get("prefix") ?? "");
    const after = query.get("marker");
    const rest = after === null ? keys : keys.slice(keys.indexOf(Buffer.from(after, "base64").toString()) + 1);
    const page = rest.slice(0, this.pageSize);
    const blobs = page.map((key) => {
      const object = this.objects.get(key) as DoubleObject;
      const properties = `<Etag>${etagOf(object)}</Etag><Content-Length>${object.bytes.length}</Content-Length><Content-MD5>${object.more?.md5}</Content-MD5>`;
      const metadata = `<Metadata><sha256>${object.sha256}</sha256></Metadata>`;
      return `<Blob><Name>${escapeXml(key)}</Name><Properties>${properties}</Properties>${metadata}<OrMetadata /></Blob>`;
    });
    const next = rest.length > page.length ? Buffer.from(page.at(-1) ?? "").toString("base64") : "";
    const marker = next === "" ? "<NextMarker />" : `<NextMarker>${next}</NextMarker>`;
    const body = `\uFEFF<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="${this.url}/" ContainerName="${this.container}"><Blobs>${blobs.join("")}</Blobs>${marker}</EnumerationResults>`;
    return { status: 200, body };
  }
}
