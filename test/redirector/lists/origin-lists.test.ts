import { once } from "node:events";
import type { RequestListener } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { gzipSync } from "node:zlib";
import { parseAddress } from "../../../networks/parsed-address";
import { type FetchedList, ListFetcher, largestPage } from "../../../redirector/lists/fetch-list";
import { nextPage } from "../../../redirector/lists/next-page";
import { listKeptFor, listLimit, OriginLists } from "../../../redirector/lists/origin-lists";
import { pageParameters } from "../../../redirector/lists/page-parameters";
import { Redirector } from "../../../redirector/redirector";
import { RedirectorMetrics } from "../../../redirector/telemetry/metrics";
import { clientNetwork } from "../../../routing/client-network";
import { clientRule, lambdaCarrier } from "../../conformance/carriers";
import { madeReplica, madeTable, origin as originId } from "../../routing/handmade-table";
import { startTestRedirector, type TestRedirector } from "../test-redirector";
import { until } from "../until";
import { type LinkForm, type ListOrigin, linkForms, startListOrigin } from "./list-origin";

const tags = ["1.0", "1.1", "2.0", "2.1", "latest"];
const digest = `sha256:${"a".repeat(64)}`;
const list = "/v2/pause/tags/list";
/** The list at the origin: behind a prefix, as at Artifact Registry. */
const atOrigin = "/v2/images/pause/tags/list";

/** A redirector without a carrier. */
function redirectorWith(lists: OriginLists): Redirector {
  const registry = `${origin.base}/v2/images`;
  const current = madeTable([madeReplica(originId, { complete: true, trusted: true, registry })]);
  const metrics = new RedirectorMetrics({
    version: "test",
    table: () => ({ ...current.content, checksum: "", loaded: new Date(0) }),
    breakers: () => [],
    droppedLines: () => 0,
  });
  return new Redirector({ table: { current }, clientAddress: clientRule, lists, metrics });
}

let now: number;
let origin: ListOrigin;
let service: TestRedirector;

beforeEach(async () => {
  now = Date.parse("2026-11-21T12:00:00Z");
  origin = await startListOrigin(tags);
  const registry = `${origin.base}/v2/images`;
  const table = madeTable([madeReplica(originId, { complete: true, trusted: true, registry })]);
  service = await startTestRedirector(table, { clock: () => now });
});

afterEach(async () => {
  await service.stop();
  await origin.stop();
});

interface Page {
  readonly status: number;
  readonly location: string | null;
  readonly headers: Headers;
  readonly text: string;
}

async function get(target: string, method = "GET"): Promise<Page> {
  const answer = await service.fetch(target, { method });
  const { status, headers } = answer;
  return { status, location: headers.get("location"), headers, text: await answer.text() };
}

describe("a list of tags", () => {
  test("is served here, under the client's repository name", async () => {
    const { status, headers, text } = await get(list);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ name: "pause", tags });
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/json",
      "docker-distribution-api-version": "registry/2.0",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": expect.stringContaining("Link"),
      "cache-control": "public, max-age=10",
      "x-request-id": expect.any(String),
    });
    expect(headers.get("link")).toBeNull();
    expect(origin.headers()).toEqual({
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "mirrorform",
      host: origin.base.replace("http://", ""),
      connection: "keep-alive",
    });
  });

  test.each(Object.entries<LinkForm>(linkForms))("is followed from page to page: %s", async (_, form) => {
    origin.linkForm = form;
    const seen: string[] = [];
    let next: string | undefined = `${list}?n=2`;
    while (next !== undefined) {
      const { status, headers, text } = await get(next);
      expect(status).toBe(200);
      seen.push(...JSON.parse(text).tags);
      const [, link] =
        /^<(\/v2\/pause\/tags\/list\?[A-Za-z0-9_.%=&-]+)>; rel="next"$/.exec(headers.get("link") ?? "") ?? [];
      expect(headers.has("link")).toBe(link !== undefined);
      next = link;
    }
    expect(seen).toEqual(tags);
    expect(origin.asked).toHaveLength(3);
    for (const target of origin.asked) expect(target.replace(/\?.*/, "")).toBe(atOrigin);
  });

  test("HEAD has the headers of GET and no body", async () => {
    const whole = await get(`${list}?n=2`);
    const { status, headers, text } = await get(`${list}?n=2`, "HEAD");
    expect([status, text]).toEqual([200, ""]);
    for (const name of ["link", "content-length", "content-type"])
      expect(headers.get(name)).toBe(whole.headers.get(name));
  });

  test("of a repository without tags", async () => {
    origin.instead = (_, response) => response.end('{"name":"images/pause","tags":null}');
    expect((await get(list)).text).toBe('{"name":"pause","tags":[]}');
  });

  test("is served by a Lambda too", async () => {
    const lists = new OriginLists({ allowPrivate: true });
    const request = { method: "GET", target: `${list}?n=2`, host: "registry.example.org", headers: [] };
    const { status, headers, body } = await lambdaCarrier(redirectorWith(lists))(request);
    expect([status, JSON.parse(body)]).toEqual([200, { name: "pause", tags: ["1.0", "1.1"] }]);
    expect(headers.link).toBe(`<${list}?last=1.1&n=2>; rel="next"`);
    lists.stop();
  });

  test("survives a kept connection that the registry has closed", async () => {
    const body = '{"name":"pause","tags":["1.0"]}';
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    let connections = 0;
    // It answers once on a connection, and resets it at the second request, like a server with an idle timeout.
    const registry = createServer((socket) => {
      connections++;
      socket.once("data", () => {
        socket.write(answer);
        socket.once("data", () => socket.resetAndDestroy());
      });
    }).listen(0, "127.0.0.1");
    await once(registry, "listening");
    const fetcher = new ListFetcher({ allowPrivate: true });
    const { port } = registry.address() as AddressInfo;
    for (const page of [1, 2, 3]) {
      const found = await fetcher.fetch(`http://127.0.0.1:${port}/${page}`, "a/b", AbortSignal.timeout(10_000));
      expect(found.body.toString()).toBe(body);
    }
    expect(connections).toBeGreaterThan(1);
    fetcher.stop();
    registry.close();
  });

  test("is logged and counted as an answer of the redirector", async () => {
    await get(list);
    expect(
      await service.metric("mirrorform_decisions_total", { class: "tag-list", status: "200", mirror: originId }),
    ).toBe(1);
  });

  test("is fetched once in ten seconds, in any spelling", async () => {
    for (const query of [
      "?n=2&last=1.0",
      "?last=1.0&n=2",
      "?last=1%2E0&n=2",
      "?ns=registry.example.org&last=1.0&n=2",
    ]) {
      expect((await get(list + query)).status).toBe(200);
    }
    expect(origin.asked).toEqual([`${atOrigin}?last=1.0&n=2`]);
    now += listKeptFor;
    await get(`${list}?n=2&last=1.0`);
    expect(origin.asked).toHaveLength(2);
  });
});

describe("referrers", () => {
  const path = `/v2/pause/referrers/${digest}`;
  const type = "application/vnd.oci.image.index.v1+json";
  const manifests = [{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 7, artifactType: "a/b" }];

  test("are served here, with filter and next page", async () => {
    origin.instead = (_, response) => {
      response.setHeader("OCI-Filters-Applied", "artifactType");
      response.setHeader(
        "Link",
        `<https://elsewhere.example.net/v2/x/referrers/${digest}?page=2&artifactType=a%2Fb>; rel="next"`,
      );
      response.end(JSON.stringify({ schemaVersion: 2, mediaType: type, manifests, annotations: { a: "b" } }));
    };
    const { status, headers, text } = await get(`${path}?artifactType=a/b`);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ schemaVersion: 2, mediaType: type, manifests, annotations: { a: "b" } });
    expect(headers.get("content-type")).toBe(type);
    expect(headers.get("oci-filters-applied")).toBe("artifactType");
    expect(headers.get("link")).toBe(`<${path}?artifactType=a%2Fb&page=2>; rel="next"`);
    expect(origin.asked).toEqual([`/v2/images/pause/referrers/${digest}?artifactType=a%2Fb`]);
    expect(origin.headers().accept).toBe(type);
  });

  test.each([
    ["no index", { schemaVersion: 2, mediaType: "application/vnd.oci.image.manifest.v1+json", manifests }],
    ["an older schema", { schemaVersion: 1, manifests }],
    ["what has no digest", { schemaVersion: 2, manifests: [{ mediaType: "a/b", size: 7 }] }],
    ["an invalid descriptor", { schemaVersion: 2, manifests: ["a"] }],
  ])("%s leads to the redirect", async (_, body) => {
    origin.instead = (__, response) => response.end(JSON.stringify(body));
    expect((await get(path)).status).toBe(307);
  });
});

const body =
  (text: string | Buffer): RequestListener =>
  (_, response) =>
    response.end(text);
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(code, headers).end(JSON.stringify({ name: "pause", tags: [] }));
const withLink = (link: string): RequestListener => status(200, { Link: link });

describe("an unavailable list leads to the redirect, which no cache keeps", () => {
  const cases: readonly (readonly [what: string, instead: RequestListener])[] = [
    ["a token is wanted", status(401, { "WWW-Authenticate": 'Bearer realm="https://auth.example.net/token"' })],
    ["refused", status(403)],
    ["no such repository", status(404)],
    ["too many requests", status(429, { "Retry-After": "1" })],
    ["an error", status(500)],
    ["a part", status(206)],
    ["a connection that is cut", ({ socket }) => socket.destroy()],
    [
      "a body that breaks off",
      (_, response) => {
        response.writeHead(200, { "Content-Length": 100 }).write("{");
        setImmediate(() => response.destroy());
      },
    ],
    ["no JSON", body("<html>")],
    ["no UTF-8", body(Buffer.from([0x7b, 0xff, 0x7d]))],
    ["no object", body("[]")],
    ["nothing", body("null")],
    ["no name", body('{"tags":[]}')],
    ["tags that are no list", body('{"name":"pause","tags":{}}')],
    ["an invalid tag", body('{"name":"pause","tags":["a b"]}')],
    ["a tag that is not a string", body('{"name":"pause","tags":[1]}')],
    ["too long", body(`{"name":"pause","tags":[],"x":"${"x".repeat(largestPage)}"}`)],
    [
      "compressed, unasked",
      (_, response) => response.setHeader("Content-Encoding", "gzip").end(gzipSync('{"name":"pause","tags":[]}')),
    ],
    ["an invalid Link", withLink("next page: 2")],
    ["a Link to the same page", withLink("</v2/pause/tags/list>; rel=next")],
    ["a Link with a token that is too long", withLink(`<?next_page=${"a".repeat(4000)}>; rel="next"`)],
    ["a Link with an invalid count", withLink('<?n=all>; rel="next"')],
    ["a Link with a parameter twice", withLink('<?last=a&last=b>; rel="next"')],
    ["a redirect to nowhere", status(307)],
    ["a redirect to another scheme", status(307, { Location: "ftp://example.net/" })],
    ["redirects without end", status(307, { Location: list })],
  ];

  test.each(cases)("%s", async (_, instead) => {
    origin.instead = instead;
    for (const method of ["GET", "HEAD"]) {
      const { status: code, location, headers } = await get(`${list}?n=2`, method);
      expect([code, location]).toEqual([307, `${origin.base}${atOrigin}?n=2`]);
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  test("the same request is not sent again for ten seconds", async () => {
    origin.instead = status(404);
    await get(list);
    await get(list);
    expect(origin.asked).toHaveLength(1);
    now += listKeptFor;
    origin.instead = undefined;
    expect((await get(list)).status).toBe(200);
  });

  test("three redirects are followed", async () => {
    origin.instead = ({ url = "" }, response) => {
      const step = Number(/step=(\d)/.exec(url)?.[1] ?? 0);
      if (step === 3) response.end('{"name":"pause","tags":["1.0"]}');
      else response.writeHead(302, { Location: `/elsewhere?step=${step + 1}` }).end();
    };
    expect((await get(list)).text).toBe('{"name":"pause","tags":["1.0"]}');
  });
});

describe("a client's query", () => {
  test.each([
    ["n=2&last=a%26b%3Dc%23d", "last=a%26b%3Dc%23d&n=2"],
    ["last=../../../_catalog", "last=..%2F..%2F..%2F_catalog"],
    ["last=@evil.example/&next_token=//evil.example", "last=%40evil.example%2F&next_token=%2F%2Fevil.example"],
    ["last=http://evil.example:80", "last=http%3A%2F%2Fevil.example%3A80"],
    ["last=a+b", "last=a%20b"],
    ["ns=docker.io", ""],
  ])("%s stays in the query", async (query, expected) => {
    expect((await get(`${list}?${query}`)).status).toBe(200);
    expect(origin.asked).toEqual([expected === "" ? atOrigin : `${atOrigin}?${expected}`]);
  });

  test.each([
    "n=-1",
    "n=x",
    "n=",
    "n=1&n=2",
    "last=a%00",
    "last=%0d%0aX-Evil:1",
    "last=%e2%80%ae",
    "last=%ff",
    "a%20b=1",
    "=1",
    "1=1",
    "a1&a2&a3&a4&a5&a6&a7&a8&a9",
    `last=${"a".repeat(3072)}`,
  ])("%s is not fetched, and is redirected unchanged", async (query) => {
    const { status: code, location } = await get(`${list}?${query}`);
    expect([code, location]).toEqual([307, `${origin.base}${atOrigin}?${query}`]);
    expect(origin.asked).toEqual([]);
  });

  test("canonical parameters stay as they are", () => {
    for (const query of ["", "n=2", "last=a%2Bb&n=2", "next_page=gAAA%3D%3D"])
      expect(pageParameters(query)).toBe(query);
  });
});

test.each([
  [undefined, "none"],
  ['<?n=1>; rel="prev"', "none"],
  ["<?n=1>", "none"],
  ['<?n=1&last=x#y>; rel="next"', { query: "last=x&n=1" }],
  ['<a>; rel=prev, <?last=x>; rel="next"; rel="prev"', { query: "last=x" }],
  ['</v2/a/tags/list>; rel="next"', "unreadable"],
  ['<?last=x>; rel="next', "unreadable"],
  ['</v2/a/tags/list?last=x; rel="next"', "unreadable"],
  ["", "none"],
  [`<${"a".repeat(9000)}`, "unreadable"],
])("Link: %j", (link, expected) => {
  expect(nextPage(link, "")).toEqual(expected);
});

test("a registry inside a network is not asked", async () => {
  const { port } = new URL(origin.base);
  const fetcher = new ListFetcher();
  const fetch = (url: string) => fetcher.fetch(url, "a/b", AbortSignal.timeout(10_000));
  await expect(fetch(`https://localhost:${port}/`)).rejects.toThrow("localhost is not on the public internet");
  await expect(fetch(`${origin.base}/`)).rejects.toThrow("not an https URL");
  expect(origin.asked).toEqual([]);
  fetcher.stop();
});

describe("simultaneous requests", () => {
  const asked = (name: string) => ({ class: "tag-list", name }) as const;
  const question = (name: string, address: string) => ({
    asked: asked(name),
    url: `https://o.example/${name}`,
    query: "",
    network: clientNetwork(parseAddress(address)),
  });
  const found: FetchedList = {
    body: Buffer.from('{"name":"a","tags":["1"]}'),
    link: undefined,
    filtersApplied: undefined,
  };

  function held() {
    const waiting: (() => void)[] = [];
    const lists = new OriginLists({
      fetcher: {
        fetch: (_, __, signal) =>
          new Promise((resolve, reject) => {
            signal.addEventListener("abort", () => reject(new Error("aborted")));
            waiting.push(() => resolve(found));
          }),
        stop: () => {},
      },
    });
    return { lists, waiting };
  }

  test("for the same page are one", async () => {
    const { lists, waiting } = held();
    const pages = [1, 2, 3].map((client) => lists.page(question("a", `192.0.2.${client}`)));
    await until(() => waiting.length > 0);
    expect(waiting).toHaveLength(1);
    waiting[0]?.();
    for (const page of await Promise.all(pages)) expect(page?.body).toBe('{"name":"a","tags":["1"]}');
  });

  test("are limited to 4 of a network and 16 in all; the rest is redirected at once", async () => {
    const { lists, waiting } = held();
    const pages = Array.from({ length: 40 }, (_, index) => lists.page(question(`a${index}`, `198.51.${index >> 3}.1`)));
    await until(() => waiting.length === 16);
    for (const answer of waiting) answer();
    const all = await Promise.all(pages);
    expect(all.map((page) => page !== undefined)).toEqual(
      Array.from({ length: 40 }, (_, index) => index < 32 && index % 8 < 4),
    );
    // What was redirected for lack of room is fetched as soon as there is some.
    const later = lists.page(question("a39", "198.51.4.1"));
    await until(() => waiting.length === 17);
    waiting[16]?.();
    expect(await later).toBeDefined();
  });

  test("that time out, or that the program's end cancels, have no page", async () => {
    jest.useFakeTimers();
    const { lists, waiting } = held();
    const slow = lists.page(question("a", "192.0.2.1"));
    expect(waiting).toHaveLength(1);
    jest.advanceTimersByTime(listLimit);
    expect(await slow).toBeUndefined();
    const ended = lists.page(question("b", "192.0.2.1"));
    lists.stop();
    expect(await ended).toBeUndefined();
    expect(await lists.page(question("c", "192.0.2.1"))).toBeUndefined();
    jest.useRealTimers();
  });

  test("of a network that exceeds its share are redirected, but no others", async () => {
    const large = Buffer.from(
      JSON.stringify({ name: "a", tags: Array.from({ length: 60_000 }, (_, index) => `v${index}`) }),
    );
    const lists = new OriginLists({ fetcher: { fetch: async () => ({ ...found, body: large }), stop: () => {} } });
    let given = 0;
    while ((await lists.page(question("a", "192.0.2.1"))) !== undefined) given++;
    expect(given * large.length).toBeGreaterThan(15 * 1024 * 1024);
    expect(given * large.length).toBeLessThan(24 * 1024 * 1024);
    expect(await lists.page(question("a", "192.0.2.200"))).toBeUndefined();
    expect(await lists.page(question("a", "198.51.100.1"))).toBeDefined();
  });
});
