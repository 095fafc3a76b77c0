import { formatCount } from "../../document/format-count";

/** The only algorithm that kpromo's manifests and our mirrors name objects by (OCI image specification, descriptor.md, "SHA-256"). */
const digest = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a SHA-256 digest. */
export function isDigest(text: string): boolean {
  return digest.test(text);
}

/** What is wrong with a digest or a checksum; undefined if nothing is. @param prefix `sha256:`, or nothing */
export function findDigestProblem(text: string, prefix: string): string | undefined {
  if (!text.startsWith(prefix)) return `does not begin with ${prefix}`;
  const digits = text.slice(prefix.length);
  if (!/^[0-9a-f]*$/i.test(digits)) return "has characters that are not hexadecimal digits";
  if (digits.length !== 64) return `has ${formatCount(digits.length, "digit")} instead of 64`;
  return /[A-F]/.test(digits) ? "has digits in upper case" : undefined;
}
