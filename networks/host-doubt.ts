import { domainToASCII } from "node:url";
import { parseIPv4, parseIPv6 } from "./address";

/** What is wrong with a URL or a part of it, and the fix. */
export interface UrlDoubt {
  readonly message: string;
  readonly fix: string;
}

/** One label of a host name (RFC 1123, section 2.1), in either case (RFC 4343). */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
/** The longest host name (RFC 1035, section 2.3.4, without the final dot). */
const longestName = 253;

const groups = new Uint16Array(8);

/**
 * What is wrong with the host of a URL; `undefined` if nothing. A host is a name of letters, digits and hyphens, an IPv4
 * address in four decimal parts, or an IPv6 address in brackets: there, RFC 3986 (section 3.2.2) and the WHATWG URL
 * standard ("host parsing") see the same host. Elsewhere they do not: the standard decodes percent-encoding, maps
 * international names, and reads any host with a number at its end as an IPv4 address, decimal, octal or hexadecimal.
 */
export function hostDoubt(host: string): UrlDoubt | undefined {
  if (host.startsWith("[")) return bracketDoubt(host);
  if (/[^\0-\x7f]/.test(host)) return internationalDoubt(host);
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  if (last === "" && labels.length > 1) {
    return { message: `the host "${host}" ends with a dot`, fix: `Write it without: ${host.replace(/\.+$/, "")}` };
  }
  // The last label of a name begins with a letter (RFC 1123, section 2.1: "alphabetic").
  if (/^\d/.test(last)) return parseIPv4(host) < 0 ? numberDoubt(host) : undefined;
  if (host.length > longestName || !labels.every((part) => label.test(part))) return nameDoubt(host);
  // An "xn--" label may decode to nothing.
  return URL.canParse(`https://${host}/`) ? undefined : nameDoubt(host);
}

function bracketDoubt(host: string): UrlDoubt | undefined {
  if (host.endsWith("]") && parseIPv6(host.slice(1, -1), groups)) return undefined;
  return {
    message: `"${host}" is not an IPv6 address in brackets`,
    fix: "Write it as [2001:db8::1], without a zone.",
  };
}

function internationalDoubt(host: string): UrlDoubt {
  const ascii = domainToASCII(host);
  const message = `the host "${host}" has characters that DNS does not have; DNS writes it in ASCII (xn--…)`;
  return { message, fix: ascii === "" ? "Write the name as DNS has it." : `Write it as ${ascii}` };
}

function numberDoubt(host: string): UrlDoubt {
  const message = `the host "${host}" ends with a number, but is not an IPv4 address in four decimal parts`;
  const url = `https://${host}/`;
  const meant = URL.canParse(url) ? new URL(url).hostname : "";
  return {
    message,
    fix: parseIPv4(meant) < 0 ? "Write the host's name." : `Write its name; browsers read it as ${meant}.`,
  };
}

function nameDoubt(host: string): UrlDoubt {
  const wrong = host.split(".").find((part) => !label.test(part));
  const fix = "A host name has labels of letters, digits and hyphens, at most 63 in each, with dots between them.";
  return { message: `"${shortened(host)}" is not a host name: ${labelDoubt(host, wrong)}`, fix };
}

function labelDoubt(host: string, wrong: string | undefined): string {
  if (wrong === "") return "it has nothing between two dots, or before the first one";
  if (wrong === undefined) {
    return host.length > longestName
      ? `it has ${host.length} characters, and DNS allows ${longestName}`
      : "its xn-- label does not stand for a name";
  }
  if (wrong.length > 63) return `its label "${shortened(wrong)}" has ${wrong.length} characters, and DNS allows 63`;
  const strange = /[^a-z0-9-]/i.exec(wrong)?.[0];
  return strange === undefined
    ? `its label "${wrong}" has a hyphen at an end`
    : `it has the character ${strange}, and host names have letters, digits, hyphens and dots`;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 30)}…` : text;
}
