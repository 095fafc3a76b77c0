import type { ClientRequest, IncomingMessage } from "node:http";

/** The request headers that hold secrets. */
const secretHeaders = ["authorization", "x-amz-security-token"] as const;
/** Shorter texts would hide words of every message. */
const shortest = 4;

/** The secrets in a header's value: credentials after the scheme, and for Basic the password in them. */
function secretsOf(value: string): string[] {
  const [, scheme = "", credentials = value] = /^([A-Za-z]+) +(.+)$/.exec(value) ?? [];
  if (scheme.toLowerCase() !== "basic") return [credentials];
  const decoded = Buffer.from(credentials, "base64").toString();
  return [credentials, decoded, decoded.slice(decoded.indexOf(":") + 1)];
}

/**
 * Hides the secrets of a request in what its server answered: some servers and proxies repeat the headers that they refuse, and the
 * answer becomes part of messages, reports and comments.
 */
export function hideSecrets(text: string, response: IncomingMessage): string {
  // Node sets it on answers to requests; its types do not have it.
  const { req: request } = response as IncomingMessage & { readonly req?: ClientRequest };
  const secrets = secretHeaders.flatMap((name) => secretsOf(`${request?.getHeader(name) ?? ""}`));
  return secrets
    .filter(({ length }) => length >= shortest)
    .sort((a, b) => b.length - a.length)
    .reduce((hidden, secret) => hidden.replaceAll(secret, "***"), text);
}
