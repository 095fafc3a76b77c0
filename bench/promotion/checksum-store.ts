import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { escapeXml } from "../../stores/read-xml";

interface StoredObject {
  readonly size: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** Objects of one page of a list, as at S3. */
const pageSize = 1_000;

/**
 * An object store with as much of S3's API as a promotion of blobs needs, in a process of its own. It computes checksums, compares them
 * with those that were sent, and keeps nothing else: a store that kept the bytes would measure the machine's memory.
 */
export class ChecksumStore {
  readonly #objects = new Map<string, StoredObject>();

  /** @returns its port on loopback */
  async start(): Promise<number> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://localhost");
    const key = decodeURIComponent(url.pathname).replace(/^\/[^/]*\//, "");
    if (request.method === "PUT") return this.#put(key, request, response);
    request.resume();
    if (request.method === "GET" && key === "") return this.#list(url.searchParams, response);
    const object = this.#objects.get(key);
    if (request.method !== "HEAD") return void response.writeHead(501).end();
    if (!object) return void response.writeHead(404).end();
    response.writeHead(200, { "content-length": object.size, ...headersOf(object) }).end();
  }

  async #put(key: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const hash = createHash("sha256");
    let size = 0;
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        hash.update(chunk);
        size += chunk.length;
      }
    } catch {
      return;
    }
    const object = { size, sha256: hash.digest("hex") };
    if (request.headers["x-amz-content-sha256"] !== object.sha256) return void response.writeHead(400).end();
    this.#objects.set(key, object);
    response.writeHead(200, headersOf(object)).end();
  }

  #list(query: URLSearchParams, response: ServerResponse): void {
    const after = query.get("continuation-token") ?? "";
    const keys = [...this.#objects.keys()].filter((key) => key.startsWith(query.get("prefix") ?? "") && key > after);
    const page = keys.sort().slice(0, pageSize);
    const isTruncated = keys.length > page.length;
    const contents = page.map((key) => {
      const { size, sha256 } = this.#objects.get(key) as StoredObject;
      return `<Contents><Key>${encodeURIComponent(key)}</Key><ETag>&quot;${sha256}&quot;</ETag><Size>${size}</Size></Contents>`;
    });
    const next = isTruncated ? `<NextContinuationToken>${escapeXml(page.at(-1) ?? "")}</NextContinuationToken>` : "";
    const head = `<EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}`;
    response.writeHead(200).end(`<ListBucketResult>${head}${contents.join("")}</ListBucketResult>`);
  }
}

function headersOf({ sha256 }: StoredObject): Record<string, string> {
  return {
    etag: `"${sha256}"`,
    "x-amz-checksum-sha256": Buffer.from(sha256, "hex").toString("base64"),
    "x-amz-checksum-type": "FULL_OBJECT",
    "x-amz-meta-sha256": sha256,
  };
}

if (require.main === module) {
  void new ChecksumStore().start().then((port) => process.send?.(port));
  process.on("disconnect", () => process.exit());
}
