import { findHostProblem } from "../networks/find-host-problem";

/**
 * Why a string is not a DNS name in the form used here; `undefined` if it is one: two labels or more
 * (RFC 1123, section 2.1), in lower case and without a final dot.
 *
 * @param most characters
 */
export function findHostNameProblem(text: string, most = 253): string | undefined {
  if (/^[a-z]+:\/\//i.test(text)) return `"${text}" is a URL; write only the host's name`;
  if (text.includes("*")) return `"${text}" is a pattern; list each host separately`;
  if (/:\d*$/.test(text)) return `"${text}" has a port; write only the host's name`;
  if (text.endsWith(".")) return `"${text}" ends with a dot; remove it`;
  if (/[A-Z]/.test(text)) return `"${text}" has upper-case letters; write names in lower case`;
  const problem = text.startsWith("[") ? undefined : findHostProblem(text);
  if (problem !== undefined) return problem.message;
  if (/^\[|\.\d+$/.test(text)) return `"${text}" is an address, not a name`;
  if (!text.includes(".")) return `"${text}" has only one label; a host's name has at least two`;
  return text.length > most
    ? `"${text}" has ${text.length} characters, and at most ${most} are allowed here`
    : undefined;
}
