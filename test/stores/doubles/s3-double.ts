import { equal, ok } from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { childrenOf, escapeXml, readXml, textOf } from "../../../stores/read-xml";
import {
  answerBytes,
  type DoubleAnswer,
  type DoubleObject,
  type DoubleRequest,
  ProtocolDouble,
} from "./protocol-double";

const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/** The keys that the double accepts. */
export const s3Keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: secret };

interface Upload {
  readonly key: string;
  readonly headers: DoubleRequest["headers"];
  readonly parts: Map<number, Buffer>;
}

function hash(name: "sha256" | "md5", bytes: Buffer | string, encoding: "hex" | "base64" = "hex"): string {
  return createHash(name).update(bytes).digest(encoding);
}

function refuse(status: number, code: string): DoubleAnswer {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>` };
}

function encodeForm(text: string): string {
  return encodeURIComponent(text).replace(/%20/g, "+").replace(/%2F/g, "/");
}

/**
 * S3 with one bucket in the path, with Signature Version 4, checksums, conditions, uploads in parts, and pages. It follows the Amazon S3
 * API Reference, and the IAM User Guide ("Create a signed AWS API request") for signatures, which it computes by plain hashes.
 */
export class S3Double extends ProtocolDouble {
  readonly uploads = new Map<string, Upload>();
  pageSize = 2;
  /** Whether it knows `x-amz-checksum-sha256`; not every store with S3's API does. */
  knowsChecksums = true;

  constructor(
    readonly bucket: string,
    readonly region: string,
  ) {
    super();
  }

  protected override answer(request: DoubleRequest): DoubleAnswer {
    const { method, url, headers, body } = request;
    this.#checkSignature(request);
    const path = decodeURIComponent(url.pathname);
    ok(path.startsWith(`/${this.bucket}/`), `the path is ${path}`);
    const key = path.slice(this.bucket.length + 2);
    if (headers["x-amz-content-sha256"] !== hash("sha256", body)) return refuse(400, "XAmzContentSHA256Mismatch");
    const query = url.searchParams;
    if (key === "" && method === "GET") return this.#list(query);
    if (method === "POST" && query.has("uploads")) return this.#create(key, headers);
    const upload = query.get("uploadId");
    if (upload !== null) return this.#uploadRequest(request, key, upload);
    if (method === "PUT") return this.#put(key, request);
    if (method === "DELETE") {
      this.objects.delete(key);
      return { status: 204 };
    }
    return this.#get(key, request);
  }

  #checkSignature({ method, path, url, headers }: DoubleRequest): void {
    const form = /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/;
    const [, scope, signed = "", signature] = form.exec(String(headers.authorization)) ?? [];
    const time = String(headers["x-amz-date"]);
    const day = time.slice(0, 8);
    equal(scope, `${s3Keys.accessKeyId}/${day}/${this.region}/s3/aws4_request`);
    const names = signed.split(";");
    const mustBeSigned = Object.keys(headers).filter((name) => name.startsWith("x-amz-") || name.startsWith("if-"));
    for (const name of ["host", ...mustBeSigned]) ok(names.includes(name), `${name} is not signed`);
    const strictly = (text: string) =>
      encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
    ok(!url.search.includes("+"), "a plus sign in a query is not defined");
    const query = [...url.searchParams].map((pair) => pair.map(strictly).join("=")).sort();
    const [rawPath = ""] = path.split("?");
    const segments = rawPath.split("/").map((segment) => strictly(decodeURIComponent(segment)));
    const lines = names.map((name) => `${name}:${headers[name]}\n`);
    const parts = [
      method,
      segments.join("/"),
      query.join("&"),
      lines.join(""),
      signed,
      headers["x-amz-content-sha256"],
    ];
    const text = ["AWS4-HMAC-SHA256", time, `${day}/${this.region}/s3/aws4_request`, hash("sha256", parts.join("\n"))];
    const mac = (secretKey: string | Buffer, message: string) =>
      createHmac("sha256", secretKey).update(message).digest();
    const derived = [day, this.region, "s3", "aws4_request"].reduce<string | Buffer>(mac, `AWS4${secret}`);
    equal(signature, mac(derived, text.join("\n")).toString("hex"), "the signature");
  }

  #put(key: string, { headers, body }: DoubleRequest): DoubleAnswer {
    const expected = headers["x-amz-checksum-sha256"];
    ok(expected, "there is no x-amz-checksum-sha256");
    ok(headers["content-length"], "there is no length");
    ok(headers["x-amz-meta-sha256"], "there is no metadata");
    const failed = this.#failCondition(key, headers);
    if (failed) return failed;
    if (this.knowsChecksums && expected !== hash("sha256", body, "base64")) return refuse(400, "BadDigest");
    return { status: 200, headers: this.#headersOf(this.#keep(key, headers, body)) };
  }

  #keep(
    key: string,
    headers: DoubleRequest["headers"],
    bytes: Buffer,
    more: Record<string, string> = {},
  ): DoubleObject {
    const recorded = headers["x-amz-meta-sha256"]?.toString();
    const checksum = more["x-amz-checksum-sha256"] ?? hash("sha256", bytes, "base64");
    return this.keep(key, {
      bytes,
      contentType: headers["content-type"] ?? "",
      cacheControl: headers["cache-control"],
      sha256: recorded,
      more: this.knowsChecksums
        ? { "x-amz-checksum-sha256": checksum, "x-amz-checksum-type": "FULL_OBJECT", ...more }
        : {},
    });
  }

  #headersOf(object: DoubleObject): Record<string, string> {
    return { etag: etagOf(object), ...object.more };
  }

  #failCondition(key: string, headers: DoubleRequest["headers"]): DoubleAnswer | undefined {
    const current = this.objects.get(key);
    if (headers["if-none-match"] === "*" && current) return refuse(412, "PreconditionFailed");
    const wanted = headers["if-match"];
    if (wanted === undefined || (current && etagOf(current) === wanted)) return undefined;
    return current ? refuse(412, "PreconditionFailed") : refuse(404, "NoSuchKey");
  }

  #get(key: string, { method, headers }: DoubleRequest): DoubleAnswer {
    const object = this.objects.get(key);
    if (!object) return refuse(404, "NoSuchKey");
    equal(headers["x-amz-checksum-mode"], "ENABLED");
    const { "x-amz-checksum-sha256": checksum, "x-amz-checksum-type": type } = object.more ?? {};
    const isWhole = method === "HEAD" || headers.range === undefined;
    const sent = {
      etag: etagOf(object),
      "content-type": object.contentType,
      ...(object.sha256 !== undefined && { "x-amz-meta-sha256": object.sha256 }),
      ...(isWhole && checksum && type && { "x-amz-checksum-sha256": checksum, "x-amz-checksum-type": type }),
    };
    if (method === "HEAD") return { status: 200, headers: { ...sent, "content-length": String(object.bytes.length) } };
    return answerBytes(object.bytes, headers.range, sent);
  }

  #list(query: URLSearchParams): DoubleAnswer {
    equal(query.get("list-type"), "2");
    const keys = this.keysFrom(query.get("prefix") ?? "");
    const after = query.get("continuation-token");
    const rest = after === null ? keys : keys.slice(keys.indexOf(after.replace("after ", "")) + 1);
    const page = rest.slice(0, this.pageSize);
    const contents = page.map((key) => {
      const object = this.objects.get(key) as DoubleObject;
      const etag = escapeXml(etagOf(object));
      return `<Contents><Key>${encodeForm(key)}</Key><ETag>${etag}</ETag><Size>${object.bytes.length}</Size></Contents>`;
    });
    const isTruncated = rest.length > page.length;
    const next = isTruncated
      ? `<NextContinuationToken>after ${escapeXml(page.at(-1) ?? "")}</NextContinuationToken>`
      : "";
    const head = `<EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}`;
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${head}${contents.join("")}</ListBucketResult>`;
    return { status: 200, body };
  }

  #create(key: string, headers: DoubleRequest["headers"]): DoubleAnswer {
    equal(headers["x-amz-checksum-algorithm"], "SHA256");
    const id = `upload ${this.uploads.size + 1}`;
    this.uploads.set(id, { key, headers, parts: new Map() });
    return {
      status: 200,
      body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    };
  }

  #uploadRequest({ method, url, headers, body }: DoubleRequest, key: string, id: string): DoubleAnswer {
    const upload = this.uploads.get(id);
    if (upload?.key !== key) return refuse(404, "NoSuchUpload");
    if (method === "DELETE") {
      this.uploads.delete(id);
      return { status: 204 };
    }
    if (method === "POST") return this.#complete(id, upload, headers, body);
    const checksum = hash("sha256", body, "base64");
    if (headers["x-amz-checksum-sha256"] !== checksum) return refuse(400, "BadDigest");
    upload.parts.set(Number(url.searchParams.get("partNumber")), body);
    return { status: 200, headers: { etag: `"${hash("md5", body)}"`, "x-amz-checksum-sha256": checksum } };
  }

  #complete(id: string, upload: Upload, headers: DoubleRequest["headers"], body: Buffer): DoubleAnswer {
    const failed = this.#failCondition(upload.key, headers);
    if (failed) return failed;
    const parts = childrenOf(readXml(body.toString()), "Part").map((element, index) => {
      equal(textOf(element, "PartNumber"), String(index + 1));
      const bytes = upload.parts.get(index + 1) as Buffer;
      equal(textOf(element, "ETag"), `"${hash("md5", bytes)}"`);
      equal(textOf(element, "ChecksumSHA256"), hash("sha256", bytes, "base64"));
      return bytes;
    });
    const digests = parts.map((bytes) => createHash("sha256").update(bytes).digest());
    const composite = `${hash("sha256", Buffer.concat(digests), "base64")}-${parts.length}`;
    this.uploads.delete(id);
    const more = { "x-amz-checksum-sha256": composite, "x-amz-checksum-type": "COMPOSITE" };
    const object = this.#keep(upload.key, upload.headers, Buffer.concat(parts), more);
    const result = `<ETag>${escapeXml(etagOf(object))}</ETag><ChecksumSHA256>${composite}</ChecksumSHA256>`;
    return { status: 200, body: `  \n<CompleteMultipartUploadResult>${result}</CompleteMultipartUploadResult>` };
  }
}

function etagOf({ bytes, generation }: DoubleObject): string {
  return `"${hash("md5", bytes)}-${generation}"`;
}
