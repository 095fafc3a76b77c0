import type { IncomingMessage } from "node:http";
import { readBody } from "../http/exchange";
import { StoreError } from "../store-error";
import { followedLocation } from "./followed-location";
import type { RegistryConnection } from "./registry-connection";

/** One page of a list. */
export interface ListPage {
  /** Parsed JSON of an unknown shape. */
  readonly value: unknown;
  readonly response: IncomingMessage;
  readonly url: URL;
  /** Where the next page is, by `Link`. */
  readonly next: URL | undefined;
}

/** Size limit of a page, in bytes. Google lists 10,000 digests on one, with 300 bytes each. */
const longestPage = 32 * 1024 * 1024;
/** A list with more pages has no end. A thousand entries are on a usual page. */
const mostPages = 5_000;

/** The next page of a list (RFC 8288; OCI distribution specification 1.1, "Listing tags"). */
const nextLink = /<([^<>]{1,4096})>\s*;[^,<]{0,200}?\brel="?next\b"?/i;

/**
 * Reads a list page by page.
 *
 * @param path below the repository
 * @param nextOf where the next page is if there is no `Link`. @default nowhere
 * @returns no page if the repository or the list is not there (404), or the answer has one of these statuses
 * @throws StoreError
 */
export async function* listPages(
  from: RegistryConnection,
  first: URL,
  action: string,
  { signal, absent = [404], nextOf = () => undefined }: ListOptions = {},
): AsyncGenerator<ListPage> {
  const seen = new Set<string>();
  for (let url: URL | undefined = first; url !== undefined; ) {
    if (seen.size === mostPages || seen.has(url.href)) throw new StoreError(`${from.host}: ${action} has no end`);
    seen.add(url.href);
    const page: ListPage | undefined = await readPage(from, url, action, absent, signal);
    if (page === undefined) return;
    yield page;
    url = page.next ?? nextOf(page);
  }
}

/** How a list is read. */
export interface ListOptions {
  readonly signal?: AbortSignal | undefined;
  /** Statuses that mean that there is no list. @default 404 */
  readonly absent?: readonly number[];
  readonly nextOf?: (page: ListPage) => URL | undefined;
}

function readPage(
  from: RegistryConnection,
  url: URL,
  action: string,
  absent: readonly number[],
  signal?: AbortSignal,
): Promise<ListPage | undefined> {
  return from.retry(async () => {
    const request = { method: "GET", url, headers: { Accept: "application/json, */*" }, signal } as const;
    const response = await from.expect(request, [200, ...absent], action);
    if (response.statusCode !== 200) return void response.resume();
    const value = parseJson(await readBody(response, url, longestPage));
    const [, link] = nextLink.exec(`${response.headers.link ?? ""}`) ?? [];
    return { value, response, url, next: link === undefined ? undefined : followedLocation(link, url) };
  }, signal);
}

/** @returns undefined if it is not JSON */
function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
