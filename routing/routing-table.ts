import { sha256 } from "../document/sha256";
import { loopbackHosts } from "../networks/loopback";
import type { ParsedAddress } from "../networks/parsed-address";
import { PrefixTable } from "../networks/prefix-table";
import { MirrorUrls } from "./mirror-urls";
import { requireTableContent } from "./require-table-content";
import type { Network, RoutingTableContent, Served, TableMirror } from "./table-content";

export type { Network, RoutingTableContent, Served, TableMirror } from "./table-content";

/** "MFRT", for mirrorform routing table. */
const magic = 0x5452464d;
const version = 3;
/**
 * Magic, version, length of the content in bytes, 0: 32-bit little-endian words; then the SHA-256 of these words and of
 * all that follows it. The content is padded, so that the prefixes start on a multiple of eight.
 */
const checksumAt = 16;
const headerBytes = checksumAt + 32;
/**
 * Maximum content length, in bytes; the shipped inventory's has 64 KiB. Parsing and checking this much takes tens
 * of milliseconds, in which no request is answered.
 */
const longestContent = 2 * 1024 * 1024;
const aligned = (length: number): number => Math.ceil(length / 8) * 8;

/** A loaded routing table. */
export class RoutingTable {
  readonly content: RoutingTableContent;
  readonly origin: TableMirror;
  readonly originUrls: MirrorUrls;
  /** The SHA-256 that its bytes carry, in hexadecimal. */
  readonly checksum: string;
  /** Whether any mirror besides the origin is trusted. */
  readonly hasReplicas: boolean;
  readonly prefixes: PrefixTable;
  /** Number of answer entries in the prefix table: roughly proportional to its prefixes. */
  readonly answering: number;
  readonly #prefixBytes: Uint8Array;
  readonly #hosts: ReadonlyMap<string, Served>;
  readonly #everything: Served;
  readonly #nothing: Served = { serves: [] };
  readonly #unknown: Network = {};
  readonly #urls: ReadonlyMap<TableMirror, MirrorUrls>;

  /** @throws Error if the prefixes are not a prefix table of these networks, or the origin is not one of the mirrors */
  constructor(content: RoutingTableContent, prefixes: Uint8Array, checksum: string) {
    const origin = content.mirrors.find(({ id }) => id === content.origin);
    if (!origin) throw new Error(`the routing table has no mirror ${content.origin}, its origin`);
    this.content = content;
    this.origin = origin;
    this.checksum = checksum;
    this.hasReplicas = content.mirrors.some((mirror) => mirror.trusted && mirror !== origin);
    this.prefixes = new PrefixTable(prefixes);
    this.answering = this.prefixes.requireValid(content.networks.length);
    this.#prefixBytes = prefixes;
    this.#urls = new Map(content.mirrors.map((mirror) => [mirror, new MirrorUrls(mirror)]));
    this.originUrls = this.urlsOf(origin);
    this.#hosts = new Map(content.hosts.map((host) => [host.name, host]));
    const files = content.hosts.find(({ serves }) => serves.includes("files"));
    this.#everything = { ...files, serves: [...new Set(content.hosts.flatMap(({ serves }) => serves))] };
  }

  /** A copy with each mirror mapped. Its networks are copies, because results are cached per network. */
  withMirrors(change: (mirror: TableMirror) => TableMirror): RoutingTable {
    const { mirrors, networks } = this.content;
    const content = { ...this.content, mirrors: mirrors.map(change), networks: networks.map((each) => ({ ...each })) };
    return new RoutingTable(content, this.#prefixBytes, this.checksum);
  }

  /** The URLs of one of its mirrors. */
  urlsOf(mirror: TableMirror): MirrorUrls {
    return this.#urls.get(mirror) ?? new MirrorUrls(mirror);
  }

  /** Looks up an address; invalid text is an unknown client, not an error. */
  network(address: ParsedAddress): Network {
    return this.content.networks[this.prefixes.lookup(address)] ?? this.#unknown;
  }

  /** Whether a `Host` header is the name of one of the table's hosts, letter for letter. */
  hasHost(host: string): boolean {
    return this.#hosts.has(host);
  }

  /**
   * What a host serves, by the value of a `Host` header (a port, which may be empty, and a final dot are ignored);
   * undefined for a host that is not ours. A loopback name serves what any host does, so that a trial needs no DNS.
   */
  host(host: string): Served {
    const found = this.#hosts.get(host);
    if (found !== undefined) return found;
    const name = host.replace(/\.?(?::[0-9]*)?$/, "").toLowerCase();
    if (loopbackHosts.includes(name)) return this.#everything;
    return this.#hosts.get(name) ?? this.#nothing;
  }
}

/** Over everything except the checksum field. */
function checksumOf(bytes: Uint8Array): Buffer {
  return sha256(bytes.subarray(0, checksumAt), bytes.subarray(headerBytes));
}

/** The bytes of a routing table: what a carrier loads. The same content gives the same bytes. */
export function encodeRoutingTable(content: RoutingTableContent, prefixes: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(content));
  const bytes = new Uint8Array(headerBytes + aligned(text.length) + prefixes.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, magic, true);
  header.setUint32(4, version, true);
  header.setUint32(8, text.length, true);
  bytes.set(text, headerBytes);
  bytes.set(prefixes, headerBytes + aligned(text.length));
  bytes.set(checksumOf(bytes), checksumAt);
  return bytes;
}

/**
 * Loads a routing table. The prefixes are used in place; only the content, a few kilobytes, is parsed.
 *
 * @throws Error if the bytes are not a routing table, have another version or are damaged, or if a part of the content is
 * missing or malformed
 */
export function decodeRoutingTable(bytes: Uint8Array): RoutingTable {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || header.getUint32(0, true) !== magic) throw new Error("not a routing table");
  const found = header.getUint32(4, true);
  if (found !== version)
    throw new Error(`a routing table of version ${found}, but this release reads ${version}; recompile the table`);
  const length = header.getUint32(8, true);
  if (length > longestContent) {
    throw new Error(
      `the routing table is too large or damaged: ${length} bytes of content, the limit is ${longestContent}`,
    );
  }
  const checksum = checksumOf(bytes);
  if (!checksum.equals(bytes.subarray(checksumAt, headerBytes))) {
    throw new Error("the routing table is cut off or damaged: checksum mismatch");
  }
  if (headerBytes + aligned(length) > bytes.length)
    throw new Error("the routing table's content is longer than the table");
  const prefixes = bytes.subarray(headerBytes + aligned(length));
  const content = parsed(bytes.subarray(headerBytes, headerBytes + length));
  return new RoutingTable(requireTableContent(content), prefixes, checksum.toString("hex"));
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Error("the routing table's content is not JSON");
  }
}
