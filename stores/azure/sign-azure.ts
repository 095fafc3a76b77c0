import { createHmac } from "node:crypto";
import type { Outgoing } from "../http/exchange";

/** The headers that are signed by their place, after the method (Azure Storage, "Authorize with Shared Key"). */
const signedHeaders = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
] as const;

/**
 * Creates what signs requests to an account of Azure Storage with its key (Azure Storage, "Authorize with Shared Key", Blob service).
 *
 * @param accountKey in Base64
 * @param more headers of every request, which are signed, too
 */
export function createAzureSigner(
  account: string,
  accountKey: string,
  more: () => Readonly<Record<string, string>>,
): (outgoing: Outgoing) => Promise<Outgoing> {
  const key = Buffer.from(accountKey, "base64");
  return async (outgoing) => {
    const headers = { ...outgoing.headers, ...more() };
    const text = textToSign(account, { ...outgoing, headers });
    const signature = createHmac("sha256", key).update(text).digest("base64");
    return { ...outgoing, headers: { ...headers, authorization: `SharedKey ${account}:${signature}` } };
  };
}

function textToSign(account: string, { method, url, headers = {}, body }: Outgoing): string {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  // A length of 0 is signed as nothing (since version 2015-02-21).
  if (body !== undefined && body.length > 0) byName.set("content-length", String(body.length));
  const fixed = signedHeaders.map((name) => byName.get(name) ?? "");
  const own = [...byName].filter(([name]) => name.startsWith("x-ms-")).sort(byFirst);
  const query = [...url.searchParams].map(([name, value]) => [name.toLowerCase(), value] as const).sort(byFirst);
  const lines = [...own, ...query].map(([name, value]) => `${name}:${value}`);
  lines.splice(own.length, 0, `/${account}${url.pathname}`);
  return [method, ...fixed, ...lines].join("\n");
}

function byFirst([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
