import { equal, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { Crc32c } from "../../../stores/crc32c";
import {
  answerBytes,
  type DoubleAnswer,
  type DoubleObject,
  type DoubleRequest,
  ProtocolDouble,
} from "./protocol-double";

/** The token that the double accepts. */
export const googleToken = "ya29.token";

interface Session {
  readonly query: URLSearchParams;
  readonly resource: Resource;
  readonly total: number;
  bytes: Buffer;
}

interface Resource {
  readonly name: string;
  readonly contentType: string;
  readonly cacheControl?: string;
  readonly metadata?: { readonly sha256?: string };
  readonly crc32c?: string;
}

function md5Of(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("base64");
}

function crc32cOf(bytes: Buffer): string {
  return Buffer.from(new Crc32c().update(bytes).digest(), "hex").toString("base64");
}

function refuse(code: number, reason: string, message = "no"): DoubleAnswer {
  return { status: code, body: JSON.stringify({ error: { code, message, errors: [{ reason, message }] } }) };
}

/**
 * Cloud Storage with one bucket, by the JSON API: multipart and resumable uploads, checksums, generations, content by range, pages. It
 * follows the API's reference.
 */
export class GoogleDouble extends ProtocolDouble {
  readonly sessions = new Map<string, Session>();
  pageSize = 2;
  /** How many bytes of a chunk arrive. */
  accept: (bytes: Buffer) => number = (bytes) => bytes.length;
  #begun = 0;

  constructor(readonly bucket: string) {
    super();
  }

  protected override answer(request: DoubleRequest): DoubleAnswer {
    const { method, url, headers } = request;
    equal(headers.authorization, `Bearer ${googleToken}`);
    const query = url.searchParams;
    const session = query.get("upload_id");
    if (session !== null) return this.#session(request, session);
    if (url.pathname === `/upload/storage/v1/b/${this.bucket}/o`) return this.#insert(request);
    const list = `/storage/v1/b/${this.bucket}/o`;
    if (url.pathname === list) return this.#list(query);
    ok(url.pathname.startsWith(`${list}/`), `the path is ${url.pathname}`);
    const name = url.pathname.slice(list.length + 1);
    ok(!name.includes("/"), "slashes of a name are not encoded");
    const key = decodeURIComponent(name);
    const object = this.objects.get(key);
    if (!object) return refuse(404, "notFound", `No such object: ${this.bucket}/${key}`);
    if (method === "DELETE") {
      this.objects.delete(key);
      return { status: 204 };
    }
    equal(method, "GET");
    if (query.get("alt") === "media") return this.#content(object, headers);
    return { status: 200, body: JSON.stringify(this.#resourceOf(key, object)) };
  }

  #content(object: DoubleObject, headers: DoubleRequest["headers"]): DoubleAnswer {
    const hash = `crc32c=${crc32cOf(object.bytes)}, md5=${md5Of(object.bytes)}`;
    equal(headers["accept-encoding"], "gzip");
    return answerBytes(object.bytes, headers.range, {
      "content-type": object.contentType,
      "x-goog-hash": hash,
      "x-goog-generation": String(object.generation),
      ...(object.sha256 !== undefined && { "x-goog-meta-sha256": object.sha256 }),
    });
  }

  #resourceOf(name: string, { bytes, generation, sha256 }: DoubleObject): object {
    const checksums = { md5Hash: md5Of(bytes), crc32c: crc32cOf(bytes) };
    return { name, size: String(bytes.length), generation: String(generation), ...checksums, metadata: { sha256 } };
  }

  #insert(request: DoubleRequest): DoubleAnswer {
    const { method, url, headers, body } = request;
    equal(method, "POST");
    const query = url.searchParams;
    if (query.get("uploadType") === "multipart") {
      const { resource, content } = readMultipart(String(headers["content-type"]), body);
      ok(resource.crc32c, "there is no CRC-32C");
      return this.#write(query, resource, content, resource);
    }
    equal(query.get("uploadType"), "resumable");
    const resource = JSON.parse(body.toString()) as Resource;
    const failed = this.#failCondition(query, resource.name);
    if (failed) return failed;
    this.#begun += 1;
    const id = `session-${this.#begun}`;
    const total = Number(headers["x-upload-content-length"]);
    this.sessions.set(id, { query, resource, total, bytes: Buffer.alloc(0) });
    return { status: 200, headers: { location: `${this.url}${url.pathname}?uploadType=resumable&upload_id=${id}` } };
  }

  #session({ method, headers, body }: DoubleRequest, id: string): DoubleAnswer {
    const session = this.sessions.get(id);
    if (!session) return refuse(404, "notFound", "No such upload");
    if (method === "DELETE") {
      this.sessions.delete(id);
      return { status: 499 };
    }
    equal(method, "PUT");
    const range = String(headers["content-range"]);
    const [, first = "", last = "", total] = /^bytes (?:\*|([0-9]+)-([0-9]+))\/([0-9]+)$/.exec(range) ?? [];
    equal(Number(total), session.total);
    const more = body.subarray(0, this.accept(body));
    if (first !== "") {
      equal(Number(first), session.bytes.length, "chunks follow one another");
      equal(Number(last) - Number(first) + 1, body.length);
      ok(Number(last) + 1 === session.total || body.length % (256 * 1024) === 0, "chunks are multiples of 256 KiB");
      session.bytes = Buffer.concat([session.bytes, more]);
    }
    if (session.bytes.length < session.total) {
      const { length } = session.bytes;
      return { status: 308, headers: length === 0 ? {} : { range: `bytes=0-${length - 1}` } };
    }
    const hash = String(headers["x-goog-hash"]);
    const [, crc32c] = /^crc32c=(.+)$/.exec(hash) ?? [];
    ok(crc32c, `the hash is ${hash}`);
    this.sessions.delete(id);
    return this.#write(session.query, session.resource, session.bytes, { crc32c });
  }

  #write(query: URLSearchParams, resource: Resource, bytes: Buffer, checksums: Partial<Resource>): DoubleAnswer {
    const failed = this.#failCondition(query, resource.name);
    if (failed) return failed;
    if (checksums.crc32c !== crc32cOf(bytes))
      return refuse(400, "invalid", "Provided CRC32C doesn't match calculated CRC32C");
    const { name, contentType, cacheControl, metadata } = resource;
    ok(metadata?.sha256, "there is no metadata");
    const object = this.keep(name, { bytes, contentType, cacheControl, sha256: metadata.sha256 });
    return { status: 200, body: JSON.stringify(this.#resourceOf(name, object)) };
  }

  #failCondition(query: URLSearchParams, key: string): DoubleAnswer | undefined {
    const wanted = query.get("ifGenerationMatch");
    if (wanted === null || wanted === String(this.objects.get(key)?.generation ?? 0)) return undefined;
    return refuse(412, "conditionNotMet");
  }

  #list(query: URLSearchParams): DoubleAnswer {
    const keys = this.keysFrom(query.get("prefix") ?? "");
    const after = query.get("pageToken");
    const rest = after === null ? keys : keys.slice(keys.indexOf(Buffer.from(after, "base64").toString()) + 1);
    const page = rest.slice(0, this.pageSize);
    const items = page.map((key) => this.#resourceOf(key, this.objects.get(key) as DoubleObject));
    const next = rest.length > page.length ? { nextPageToken: Buffer.from(page.at(-1) ?? "").toString("base64") } : {};
    return { status: 200, body: JSON.stringify({ ...(items.length > 0 && { items }), ...next }) };
  }
}

/** Splits a body of two parts (RFC 2387): a resource, and content of any bytes. */
function readMultipart(contentType: string, body: Buffer): { readonly resource: Resource; readonly content: Buffer } {
  const [, boundary] = /^multipart\/related; boundary=(\S+)$/.exec(contentType) ?? [];
  ok(boundary, `the content type is ${contentType}`);
  const [first, second, end] = [`--${boundary}\r\n`, `\r\n--${boundary}\r\n`, `\r\n--${boundary}--\r\n`];
  ok(body.subarray(0, first.length).equals(Buffer.from(first)));
  const middle = body.indexOf(second);
  const head = body.subarray(first.length, middle).toString();
  const part = body.subarray(middle + second.length, body.length - end.length);
  ok(body.subarray(body.length - end.length).equals(Buffer.from(end)));
  const content = part.subarray(part.indexOf("\r\n\r\n") + 4);
  return { resource: JSON.parse(head.slice(head.indexOf("\r\n\r\n") + 4)), content };
}
