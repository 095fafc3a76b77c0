import type { IncomingHttpHeaders } from "node:http";

/**
 * Where the client's address is taken from. A matter of configuration, never of inference: whoever guesses lets a
 * client choose its own address.
 *
 * - `socket`: the peer of the connection;
 * - `forwarded`: the `position`-th address of `X-Forwarded-For`, counted from the right, where proxies append;
 * - `header`: the one address in a header that a proxy in front sets and clients cannot.
 */
export type ClientAddressRule =
  | { readonly from: "socket" }
  | { readonly from: "forwarded"; readonly position: number }
  | { readonly from: "header"; readonly name: string };

/**
 * Reads a rule as it is written on a command line: `socket`, `forwarded:N`, `header:NAME`.
 *
 * @returns undefined where the text is none of them
 */
export function parseClientAddressRule(text: string): ClientAddressRule | undefined {
  if (text === "socket") return { from: "socket" };
  const [, position] = /^forwarded:([1-9][0-9]?)$/.exec(text) ?? [];
  if (position !== undefined) return { from: "forwarded", position: Number(position) };
  const [, name] = /^header:([A-Za-z0-9-]+)$/.exec(text) ?? [];
  if (name !== undefined) return { from: "header", name: name.toLowerCase() };
  return undefined;
}

function only(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(",") : (value ?? "")).trim();
}

/**
 * The text that stands where the client's address should be. It need not be an address: what is missing or forged into
 * nonsense is an unknown client, who is served all the same.
 *
 * Several `X-Forwarded-For` lines count as one list, in their order (RFC 9110, section 5.3); Node joins them.
 */
export function clientAddress(rule: ClientAddressRule, headers: IncomingHttpHeaders, peer: string | undefined): string {
  switch (rule.from) {
    case "socket":
      return peer ?? "";
    case "forwarded":
      return only(headers["x-forwarded-for"]).split(",").at(-rule.position)?.trim() ?? "";
    case "header":
      return only(headers[rule.name]);
  }
}
