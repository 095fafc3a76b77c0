import { createHash, randomBytes } from "node:crypto";
import { encodePath } from "../../networks/encode-path";
import type { Bucket, ObjectFacts, OpenOptions, PutOptions } from "../bucket";
import { hexOfBase64 } from "../checksum-form";
import type { GetToken } from "../credentials/credentials";
import { bearerOf } from "../http/bearer";
import { ChunkList } from "../http/chunk-list";
import { type Body, transferDeadline } from "../http/exchange";
import { checkWritten, type ObjectRequest, ObjectRequests, type Pacing, requireKept } from "../http/object-requests";
import { readDate } from "../http/read-date";
import { type Piece, verifiedPieces } from "../http/verified-chunks";
import { listPages } from "../list-pages";
import { requireKey } from "../object-key";
import { StoreError } from "../store-error";
import { readAzureFacts, readAzurePage } from "./azure-facts";
import { createAzureSigner } from "./sign-azure";

/** A container of Azure Blob Storage, and how it is used. */
export interface AzureBucketOptions extends Pacing {
  readonly account: string;
  readonly container: string;
  /** @default https://ACCOUNT.blob.core.windows.net */
  readonly endpoint?: string | undefined;
  readonly getToken: GetToken;
  /** The account's key, in Base64, which signs requests instead of a token. @default none */
  readonly accountKey?: string | undefined;
  /**
   * The most bytes of one request, which are held in memory. Less if the body permits less; more if there would be too many requests
   * otherwise. @default 8 MiB
   */
  readonly blockSize?: number;
}

/** The version of the API (Azure Storage, "Versioning for Azure Storage"): it has block blobs of 190 TiB and all else that is used here. */
const version = "2023-11-03";
/** The most blocks of a blob (Put Block List, "Remarks"). */
const mostBlocks = 50_000;

/**
 * A container of Azure Blob Storage, by its REST API. A blob of up to 8 MiB is one request, larger ones are blocks and their list. Azure
 * verifies the MD5 of each request. It keeps that of a blob of one request; of a blob of blocks it keeps the one that it is given, which
 * is computed from the bytes whose blocks it has verified.
 */
export class AzureBucket implements Bucket {
  readonly url: string;
  readonly reportsMd5 = true;
  readonly #requests: ObjectRequests;
  readonly #blockSize: number;

  constructor(options: AzureBucketOptions) {
    const { account, container, endpoint = `https://${account}.blob.core.windows.net`, getToken, accountKey } = options;
    this.url = `${endpoint.replace(/\/+$/, "")}/${container}`;
    // RFC 9110, section 5.6.7; without a date Azure refuses to authorize.
    const headers = () => ({ "x-ms-version": version, "x-ms-date": new Date().toUTCString() });
    const authorize =
      accountKey === undefined ? bearerOf(getToken, headers) : createAzureSigner(account, accountKey, headers);
    this.#requests = new ObjectRequests(authorize, options);
    this.#blockSize = options.blockSize ?? 8 * 1024 ** 2;
  }

  async head(key: string, signal?: AbortSignal): Promise<ObjectFacts | undefined> {
    try {
      const { response } = await this.#requests.retryAndRead(this.#request("HEAD", key, {}, signal));
      return readAzureFacts(key, response.headers);
    } catch (error) {
      if (error instanceof StoreError && error.fault === "absent") return undefined;
      throw error;
    }
  }

  async open(key: string, { from = 0, signal }: OpenOptions = {}): ReturnType<Bucket["open"]> {
    const { response, body } = await this.#requests.open(this.#request("GET", key, {}, signal), from);
    return { facts: readAzureFacts(key, response.headers), body, answered: readDate(response.headers) };
  }

  async put(key: string, body: Body, options: PutOptions): Promise<ObjectFacts> {
    const { sha256, signal } = options;
    const name = this.#name(key);
    const hash = createHash("md5");
    const unit = Math.ceil(body.length / mostBlocks) || 1;
    const sizes = { longest: Math.max(this.#blockSize, unit), unit };
    // Random, so that two uploads of one blob cannot mix their blocks.
    const upload = randomBytes(12).toString("hex");
    const blocks: string[] = [];
    let md5 = "";
    let write: (() => Promise<unknown>) | undefined;
    for await (const piece of verifiedPieces(body, { sha256, name, hashes: [hash] }, sizes)) {
      if (piece.isLast) md5 = hash.digest("base64");
      if (piece.isLast && piece.offset === 0) write = () => this.#putBlob(key, piece.bytes, md5, options);
      else blocks.push(await this.#putBlock(key, `${upload}-${String(blocks.length).padStart(5, "0")}`, piece, signal));
    }
    write ??= () => this.#putBlockList(key, blocks, md5, options);
    const attempt = async () => {
      await write();
      return requireKept(await this.head(key, signal), name);
    };
    const facts = await this.#requests.write(attempt, sha256, () => this.head(key, signal), signal);
    return checkWritten(facts, { size: body.length, md5: hexOfBase64(md5, 16) }, name);
  }

  list(prefix: string, signal?: AbortSignal): AsyncIterable<readonly ObjectFacts[]> {
    const load = async (continuation: string | undefined) => {
      const query = { restype: "container", comp: "list", include: "metadata", maxresults: "1000", prefix };
      const next = continuation === undefined ? {} : { marker: continuation };
      const { bytes } = await this.#requests.retryAndRead(
        this.#request("GET", undefined, { ...query, ...next }, signal),
      );
      return readAzurePage(bytes.toString());
    };
    return listPages(load, prefix, this.url);
  }

  async remove(key: string): Promise<void> {
    // A blob with snapshots cannot be removed without them.
    const headers = { "x-ms-delete-snapshots": "include" };
    try {
      await this.#requests.retryAndRead({ ...this.#request("DELETE", key), headers, statuses: [202] });
    } catch (error) {
      if (!(error instanceof StoreError) || error.fault !== "absent") throw error;
    }
  }

  #putBlob(key: string, bytes: ChunkList, md5: string, options: PutOptions): Promise<unknown> {
    const headers = { ...writeHeaders(options), "x-ms-blob-type": "BlockBlob", "content-md5": md5 };
    return this.#send(this.#request("PUT", key, {}, options.signal), bytes, headers);
  }

  /** @returns the block's id */
  async #putBlock(key: string, name: string, { bytes }: Piece, signal: AbortSignal | undefined): Promise<string> {
    const blockid = Buffer.from(name).toString("base64");
    const headers = { "content-md5": bytes.hashInto(createHash("md5")).digest("base64") };
    const request = this.#request("PUT", key, { comp: "block", blockid }, signal);
    await this.#requests.retry(() => this.#send(request, bytes, headers), signal);
    return blockid;
  }

  #putBlockList(key: string, blocks: readonly string[], md5: string, options: PutOptions): Promise<unknown> {
    const list = blocks.map((block) => `<Latest>${block}</Latest>`).join("");
    const xml = new ChunkList([Buffer.from(`<BlockList>${list}</BlockList>`)]);
    const headers = { ...writeHeaders(options), "x-ms-blob-content-md5": md5 };
    return this.#send(this.#request("PUT", key, { comp: "blocklist" }, options.signal), xml, headers);
  }

  #send(request: ObjectRequest, bytes: ChunkList, headers: Readonly<Record<string, string>>): Promise<unknown> {
    const deadline = transferDeadline(bytes.length);
    return this.#requests.sendAndRead({ ...request, headers, body: bytes.toBody(), deadline, statuses: [201] });
  }

  #request(
    method: ObjectRequest["method"],
    key: string | undefined,
    query: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): ObjectRequest {
    const url = new URL(key === undefined ? this.url : `${this.url}/${encodePath(requireKey(key))}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const action = `the request for ${key === undefined ? this.url : this.#name(key)}`;
    return { method, url, statuses: [200], action, signal };
  }

  #name(key: string): string {
    return `${this.url}/${key}`;
  }
}

function writeHeaders({ sha256, contentType, cacheControl, ifCurrent }: PutOptions): Record<string, string> {
  return {
    "x-ms-blob-content-type": contentType ?? "application/octet-stream",
    ...(cacheControl !== undefined && { "x-ms-blob-cache-control": cacheControl }),
    "x-ms-meta-sha256": sha256,
    ...(ifCurrent === "absent" && { "if-none-match": "*" }),
    ...(ifCurrent !== undefined && ifCurrent !== "absent" && { "if-match": ifCurrent }),
  };
}
