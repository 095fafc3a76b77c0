import { hostDoubt } from "../networks/host-doubt";

/**
 * What keeps a text from being a DNS name as it is written here; `undefined` if nothing does: two labels or more
 * (RFC 1123, section 2.1), in lower case and without a final dot.
 *
 * @param most characters
 */
export function hostNameDoubt(text: string, most = 253): string | undefined {
  if (/^[a-z]+:\/\//i.test(text)) return `"${text}" is a URL; here is a host's name alone`;
  if (text.includes("*")) return `"${text}" stands for many names; each host is named by itself`;
  if (/:\d*$/.test(text)) return `"${text}" has a port; here is a host's name alone`;
  if (text.endsWith(".")) return `"${text}" ends with a dot, which is left out here`;
  if (/[A-Z]/.test(text)) return `"${text}" has upper-case letters, and names are written in lower case here`;
  const doubt = text.startsWith("[") ? undefined : hostDoubt(text);
  if (doubt !== undefined) return doubt.message;
  if (/^\[|\.\d+$/.test(text)) return `"${text}" is an address, not a name`;
  if (!text.includes(".")) return `"${text}" has one label, and a host's name has two or more`;
  return text.length > most
    ? `"${text}" has ${text.length} characters, and at most ${most} are possible here`
    : undefined;
}
