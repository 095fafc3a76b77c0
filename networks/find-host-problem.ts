import { domainToASCII } from "node:url";
import { parseIPv4, parseIPv6 } from "./address";

/** A problem with a URL or its parts, and the fix. */
export interface UrlProblem {
  readonly message: string;
  readonly fix: string;
}

/** One label of a host name (RFC 1123, section 2.1), in either case (RFC 4343). */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** The longest host name (RFC 1035, section 2.3.4, without the final dot). */
const longestName = 253;

const groups = new Uint16Array(8);

/**
 * Returns the problem with a URL's host, if any. A host is a name of letters, digits and hyphens, an IPv4
 * address in four decimal parts, or an IPv6 address in brackets: there, RFC 3986 (section 3.2.2) and the WHATWG URL
 * standard ("host parsing") see the same host. Elsewhere they do not: the standard decodes percent-encoding, maps
 * international names, and reads any host with a number at its end as an IPv4 address, decimal, octal or hexadecimal.
 */
export function findHostProblem(host: string): UrlProblem | undefined {
  if (host.startsWith("[")) return findBracketProblem(host);
  if (/[^\0-\x7f]/.test(host)) return describeInternational(host);
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  if (last === "" && labels.length > 1) {
    return { message: `the host "${host}" ends with a dot`, fix: `Write it without: ${host.replace(/\.+$/, "")}` };
  }
  // The last label of a name begins with a letter (RFC 1123, section 2.1: "alphabetic").
  if (/^\d/.test(last)) return parseIPv4(host) < 0 ? describeNumber(host) : undefined;
  if (host.length > longestName || !labels.every((part) => label.test(part))) return describeName(host);
  // An "xn--" label may decode to nothing.
  return URL.canParse(`https://${host}/`) ? undefined : describeName(host);
}

function findBracketProblem(host: string): UrlProblem | undefined {
  if (host.endsWith("]") && parseIPv6(host.slice(1, -1), groups)) return undefined;
  return {
    message: `"${host}" is not an IPv6 address in brackets`,
    fix: "Write it as [2001:db8::1], without a zone.",
  };
}

function describeInternational(host: string): UrlProblem {
  const ascii = domainToASCII(host);
  const message = `the host "${host}" has characters that DNS does not allow; DNS writes it in ASCII (xn--…)`;
  return { message, fix: ascii === "" ? "Write the name in its DNS form." : `Write it as ${ascii}` };
}

function describeNumber(host: string): UrlProblem {
  const message = `the host "${host}" ends with a number, but is not an IPv4 address in four decimal parts`;
  const url = `https://${host}/`;
  const meant = URL.canParse(url) ? new URL(url).hostname : "";
  return {
    message,
    fix: parseIPv4(meant) < 0 ? "Write the host's name." : `Write its name; browsers read it as ${meant}.`,
  };
}

function describeName(host: string): UrlProblem {
  const wrong = host.split(".").find((part) => !label.test(part));
  const fix = "A host name consists of labels of at most 63 letters, digits and hyphens, separated by dots.";
  return { message: `"${shorten(host)}" is not a host name: ${describeLabel(host, wrong)}`, fix };
}

function describeLabel(host: string, wrong: string | undefined): string {
  if (wrong === "") return "it has an empty label";
  if (wrong === undefined) {
    return host.length > longestName
      ? `it has ${host.length} characters, and DNS allows at most ${longestName}`
      : "its xn-- label does not encode a name";
  }
  if (wrong.length > 63)
    return `its label "${shorten(wrong)}" has ${wrong.length} characters, and DNS allows at most 63`;
  const strange = /[^a-z0-9-]/i.exec(wrong)?.[0];
  return strange === undefined
    ? `its label "${wrong}" has a hyphen at one end`
    : `it has the character ${strange}, and host names only have letters, digits, hyphens and dots`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 30)}…` : text;
}
