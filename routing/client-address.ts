import { isAddress, noAddress, type ParsedAddress, parseAddress } from "../networks/parsed-address";

/**
 * How the client's address is found. It is configured, never inferred: a guess would let clients choose their own address.
 * `docs/client-address.md` says which rule each platform needs, and how to prevent bypasses.
 *
 * - `socket`: the connection's peer, as reported by the socket or the platform;
 * - `forwarded`: the `position`-th address of `X-Forwarded-For`, counted from the right, where proxies append;
 * - `header`: the one address in a header that a proxy in front sets and clients cannot;
 * - `cloudfront`: what `CloudFront-Viewer-Address` names, address and port with a colon between, also for IPv6;
 * - `azure-front-door`: what `X-Azure-SocketIP` names, where `X-Azure-FDID` is `id`, our own profile's.
 */
export type ClientAddressRule =
  | { readonly from: "socket" }
  | { readonly from: "forwarded"; readonly position: number }
  | { readonly from: "header"; readonly name: string }
  | { readonly from: "cloudfront" }
  | { readonly from: "azure-front-door"; readonly id: string };

/** The valid forms of a rule, for messages. */
export const clientAddressRules =
  "socket, forwarded:N (from 1 to 99), header:NAME (of one that has no rule of its own), cloudfront or azure-front-door:ID";

/** The parts of a request that are read. */
export interface AddressedRequest {
  /** The address of the connection's peer, as reported by the socket or the platform. */
  readonly peer: string | undefined;
  /** The value of a header by its lower-case name; several lines are joined by ", ". */
  header(name: string): string | undefined;
}

/**
 * Headers that `header:NAME` does not accept, because the value alone is not enough: lists whose left end clients can write,
 * an address that the client can set (`X-Azure-ClientIP`), one that is trusted only together with another header, and one
 * whose port cannot be distinguished from an IPv6 address without knowing that it is there.
 */
const notByName = new Set([
  "forwarded",
  "x-forwarded-for",
  "x-azure-clientip",
  "x-azure-socketip",
  "cloudfront-viewer-address",
]);

/** A Front Door profile's id is a UUID ("X-Azure-FDID" in Azure's documentation of Front Door's headers). */
const frontDoorId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Parses a rule from a command line: `socket`, `forwarded:N`, `header:NAME`, `cloudfront`,
 * `azure-front-door:ID`.
 *
 * @returns undefined if the text is none of them; {@link clientAddressRules} lists them
 */
export function parseClientAddressRule(text: string): ClientAddressRule | undefined {
  if (text === "socket" || text === "cloudfront") return { from: text };
  const at = text.indexOf(":");
  const [kind, value] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)];
  if (kind === "forwarded" && /^[1-9][0-9]?$/.test(value)) return { from: kind, position: Number(value) };
  const lower = value.toLowerCase();
  if (kind === "header" && /^[a-z0-9-]+$/.test(lower) && !notByName.has(lower)) return { from: kind, name: lower };
  if (kind === "azure-front-door" && frontDoorId.test(lower)) return { from: kind, id: lower };
  return undefined;
}

/**
 * The client's address, plain: without port, brackets, zone or spaces around it. If it is missing or invalid, the result is
 * {@link noAddress}: an unknown client, which is still served. Runs on every request: only the needed part of a long header
 * is copied, and a plain address is parsed once.
 */
export function clientAddress(rule: ClientAddressRule, request: AddressedRequest): ParsedAddress {
  switch (rule.from) {
    case "socket":
      return addressIn(request.peer);
    case "forwarded":
      return fromTheRight(request.header("x-forwarded-for"), rule.position);
    case "header":
      return addressIn(request.header(rule.name));
    case "cloudfront":
      return beforePort(request.header("cloudfront-viewer-address"));
    case "azure-front-door":
      return isOwnFrontDoor(rule.id, request.header("x-azure-fdid"))
        ? addressIn(request.header("x-azure-socketip"))
        : noAddress;
    default:
      return rule satisfies never;
  }
}

/** A member of a list, counted from the right. If the list has fewer members, none was written by our proxies. */
function fromTheRight(list: string | undefined, position: number): ParsedAddress {
  let end = list?.length ?? 0;
  for (let passed = 1; passed < position && end > 0; passed++) end = list?.lastIndexOf(",", end - 1) ?? 0;
  return list === undefined || end <= 0 ? noAddress : addressIn(list, list.lastIndexOf(",", end - 1) + 1, end);
}

/**
 * CloudFront writes IPv6 addresses without brackets before the port, `2001:db8::a:443`, where only the last colon marks it.
 * So the port must be removed first: the whole value is a valid IPv6 address, too.
 */
function beforePort(value: string | undefined): ParsedAddress {
  const colon = value?.lastIndexOf(":") ?? -1;
  if (value === undefined || colon < 0 || value.length > longestText) return noAddress;
  return /^[0-9]{1,5}$/.test(value.slice(colon + 1)) ? knownAddress(parseAddress(value.slice(0, colon))) : noAddress;
}

function isOwnFrontDoor(id: string, found: string | undefined): boolean {
  return found?.length === id.length && found.toLowerCase() === id;
}

/**
 * Length limit of a text with an address: the longest IPv6 address with zone, brackets and port has fewer than 80 characters.
 */
const longestText = 100;

/** The spaces that may surround a header's value or a list's member (RFC 9110, section 5.6.3). */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The address between two positions of a text, optionally with blanks, port, brackets and zone. */
function addressIn(text: string | undefined, from = 0, to = text?.length ?? 0): ParsedAddress {
  if (text === undefined) return noAddress;
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return end - start > longestText ? noAddress : plainAddress(text.slice(start, end));
}

/**
 * An address with a port, in brackets (RFC 3986, section 3.2.2) or with a zone (RFC 4007, section 11). An IPv6 address with a
 * port but without brackets is not recognized: it is a valid IPv6 address as it is.
 */
const decorated =
  /^(?:(?<ipv4>[0-9.]+):[0-9]{1,5}|\[(?<bracketed>[0-9a-fA-F:.]+)(?:%[\w.~-]+)?\](?::[0-9]{1,5})?|(?<zoned>[0-9a-fA-F.]*:[0-9a-fA-F:.]*)%[\w.~-]+)$/;

function plainAddress(text: string): ParsedAddress {
  const plain = parseAddress(text);
  if (isAddress(plain)) return plain;
  const { ipv4, bracketed, zoned } = decorated.exec(text)?.groups ?? {};
  return knownAddress(parseAddress(ipv4 ?? bracketed ?? zoned ?? ""));
}

/** Invalid text is not kept. */
function knownAddress(address: ParsedAddress): ParsedAddress {
  return isAddress(address) ? address : noAddress;
}
