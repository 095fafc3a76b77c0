import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a registry writes `Link`, given its own path, the last tag of the page, and the page's size. */
export type LinkForm = (page: { readonly path: string; readonly last: string; readonly n: number }) => string;

/** The forms of `Link` that registries send. */
export const linkForms = {
  "Docker's distribution: its own path": ({ path, last, n }) => `<${path}?last=${last}&n=${n}>; rel="next"`,
  "Artifact Registry: its own host and prefix": ({ last, n }) =>
    `<https://us-central1-docker.pkg.dev/v2/artifacts-example/images/pause/tags/list?n=${n}&last=${last}>; rel="next"`,
  "ECR: a token that must be encoded": ({ last, n }) =>
    `<https://123456789012.dkr.ecr.us-east-1.amazonaws.com/v2/pause/tags/list?last=${encodeURIComponent(token(last))}&n=${n}>; rel="next"`,
  "Quay: a token of another name": ({ path, last, n }) =>
    `<${path}?n=${n}&next_page=${encodeURIComponent(token(last))}>; rel="next"`,
  "a relative reference, without quotes": ({ last, n }) => `<list?last=${last}&n=${n}>;rel=next`,
  "a query alone, among other links": ({ last, n }) =>
    `<https://example.net/a,b>; rel="help"; title="a \\" b", <?last=${last}&n=${n}> ; title=x; REL="prev NEXT"`,
} as const satisfies Record<string, LinkForm>;

function token(last: string): string {
  return Buffer.from(`+/=${last}`).toString("base64");
}

/** The tag, which may be in a token. */
function lastOf(query: URLSearchParams): string {
  const text = query.get("next_page") ?? query.get("last") ?? "";
  const decoded = Buffer.from(text, "base64").toString();
  return decoded.startsWith("+/=") ? decoded.slice(3) : text;
}

/** A registry on loopback that lists tags, page by page. */
export interface ListOrigin {
  readonly base: string;
  /** The target of every request, in the order of arrival. */
  readonly asked: string[];
  /** The last request's headers. */
  headers(): IncomingMessage["headers"];
  /** What it does instead of listing. @default lists */
  instead: RequestListener | undefined;
  linkForm: LinkForm;
  stop(): Promise<void>;
}

/** Starts a registry. @param tags in the order of the list */
export async function startListOrigin(tags: readonly string[]): Promise<ListOrigin> {
  const asked: string[] = [];
  let headers: IncomingMessage["headers"] = {};
  const list = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname: path, searchParams } = new URL(request.url ?? "", "http://localhost");
    const n = Number(searchParams.get("n") ?? tags.length);
    const from = tags.indexOf(lastOf(searchParams)) + 1;
    const page = tags.slice(from, from + n);
    const last = page.at(-1) ?? "";
    if (from + n < tags.length) response.setHeader("Link", origin.linkForm({ path, last, n }));
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ child: [], manifest: { "sha256:a": {} }, name: "images/pause", tags: page }));
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    headers = request.headers;
    (origin.instead ?? list)(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin: ListOrigin = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    headers: () => headers,
    instead: undefined,
    linkForm: linkForms["Docker's distribution: its own path"],
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return origin;
}
