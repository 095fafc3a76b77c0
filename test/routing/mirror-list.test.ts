import fc from "fast-check";
import type { Answer } from "../../routing/answer";
import { type MirrorList, mostListed } from "../../routing/mirror-list";
import { respond } from "../../routing/respond";
import type { RoutingTable } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { allHeld, known, type RequestChanges, request } from "./asking";
import { madeMirror, madeReplica, madeTable, origin } from "./handmade-table";
import { type Element, parseXml } from "./parse-xml";

const paris = { latitude: 48.86, longitude: 2.35 };
const { files: _, ...withoutFiles } = madeMirror("blobs/only", { weight: 5 });
/** A mirror for each reason to be excluded, and for each to be included. */
const mirrors = [
  madeMirror("aws/eu-west-3", { region: "eu-west-3", place: paris }),
  madeMirror("aws/us-east-2", { region: "us-east-2", place: { latitude: 40, longitude: -83 } }),
  madeMirror("aws/me-south-1", { region: "me-south-1", state: "retired" }),
  madeMirror("aws/ap-east-1", { region: "ap-east-1", state: "draining" }),
  madeMirror("azure/westeurope", { region: "westeurope", place: paris }),
  madeMirror("cdn/everywhere", { weight: 80 }),
  madeMirror("hoster/falkenstein", { weight: 20 }),
  madeMirror("spent/berlin", { weight: 20 }),
  withoutFiles,
];
const client = { provider: "aws", region: "eu-west-3", country: "FR", place: paris, avoidedBy: ["hoster/falkenstein"] };
const table = madeTable(mirrors, { "198.51.100.0/24": client }, { credits: { spent: { until: "2026-01-01" } } });
const address = "198.51.100.7";

function asked(target: string, changes: RequestChanges = {}, conditions = allHeld, of: RoutingTable = table): Answer {
  return respond(of, request({ target, address, ...changes }), conditions).answer;
}

const listOf = (...fields: Parameters<typeof asked>) => JSON.parse(asked(...fields).body) as MirrorList;

describe("the list as JSON", () => {
  test("every mirror that has the file, best first, and on request the reason for every other one", () => {
    const { leftOut, ...list } = listOf("/bin/kubectl?mirrorlist=all");
    expect(leftOut).toHaveLength(6);
    expect(listOf("/bin/kubectl?mirrorlist")).toEqual(list);
    expect(listOf("/bin/kubectl?mirrorlist=all")).toEqual({
      path: "bin/kubectl",
      client: { provider: "aws", region: "eu-west-3", country: "FR" },
      mirrors: [
        {
          mirror: "aws/eu-west-3",
          url: "https://aws.eu-west-3.example.net/files/bin/kubectl",
          reason: "is in the client's own region, eu-west-3",
        },
        {
          mirror: "aws/us-east-2",
          url: "https://aws.us-east-2.example.net/files/bin/kubectl",
          reason: expect.stringMatching(/^is aws's, 6,[0-9]{3} km from eu-west-3$/),
        },
        {
          mirror: "cdn/everywhere",
          url: "https://cdn.everywhere.example.net/files/bin/kubectl",
          reason: "serves unaffiliated clients: weight 80, chosen by a hash of client and object",
        },
        {
          mirror: origin,
          url: "https://google.us-central1.example.net/files/bin/kubectl",
          reason: "is the origin, the last fallback",
        },
      ],
      leftOut: [
        { mirror: "aws/ap-east-1", reason: "is draining: it serves only clients of its own region" },
        { mirror: "aws/me-south-1", reason: "is retired" },
        { mirror: "azure/westeurope", reason: "serves only azure's own clients" },
        { mirror: "blobs/only", reason: "has no URL for files" },
        { mirror: "hoster/falkenstein", reason: "avoids this client, as the inventory says" },
        { mirror: "spent/berlin", reason: "serves only spent's own clients: its credit is exhausted or expired" },
      ],
    });
  });

  test("omits mirrors that lack the file or do not respond; keeps unprobed ones", () => {
    const told = listOf(
      "/bin/kubectl?mirrorlist=all",
      {},
      known({ "aws/eu-west-3": "absent", "aws/us-east-2": "unknown", "cdn/everywhere": "unreachable" }),
    );
    expect(told.mirrors.map(({ mirror, reason }) => [mirror, reason.split("; ")[1]])).toEqual([
      ["aws/us-east-2", "not probed yet"],
      [origin, undefined],
    ]);
    expect(told.leftOut?.slice(0, 2).map(({ mirror, reason }) => [mirror, reason.split("; ")[1]])).toEqual([
      ["aws/eu-west-3", "does not have it"],
      ["cdn/everywhere", "is not responding"],
    ]);
  });

  test("lists the origin if no mirror is known to have the file", () => {
    const nowhere = known(Object.fromEntries([...mirrors.map(({ id }) => [id, "absent"]), [origin, "unreachable"]]));
    const { mirrors: listed } = listOf("/bin/kubectl?mirrorlist", {}, nowhere);
    expect(listed).toEqual([
      {
        mirror: origin,
        url: "https://google.us-central1.example.net/files/bin/kubectl",
        reason: "is the origin, the last fallback; is not responding",
      },
    ]);
  });

  test("lists the best twenty, or all with ?mirrorlist=all", () => {
    const many = madeTable(Array.from({ length: 30 }, (_, index) => madeMirror(`cdn/m${index}`, { weight: 10 })));
    const all = listOf("/bin/kubectl?mirrorlist=all", {}, allHeld, many).mirrors;
    expect(all).toHaveLength(31);
    expect(listOf("/bin/kubectl?mirrorlist", {}, allHeld, many).mirrors).toEqual(all.slice(0, mostListed));
    expect(fileOf(asked("/bin/kubectl?mirrorlist=meta4", {}, allHeld, many)).children).toHaveLength(mostListed);
  });

  test("looks at no more mirrors than it lists", () => {
    const many = madeTable(Array.from({ length: 30 }, (_, index) => madeMirror(`cdn/m${index}`, { weight: 10 })));
    const presence = jest.fn(() => "held" as const);
    listOf("/bin/kubectl?mirrorlist", {}, { ...allHeld, presence }, many);
    expect(presence).toHaveBeenCalledTimes(mostListed);
  });

  test("metadata lists only the origin and trusted replicas", () => {
    const told = listOf("/release/stable.txt?mirrorlist=all");
    expect(told.mirrors.map(({ mirror }) => mirror)).toEqual([origin]);
    expect(told.leftOut?.find(({ mirror }) => mirror === "cdn/everywhere")?.reason).toBe(
      "is not trusted to serve a checksum or index, which cannot be verified",
    );
    const replicated = madeTable([madeReplica("aws/eu-west-1", { weight: 1, trusted: true })]);
    expect(listOf("/release/stable.txt?mirrorlist", {}, allHeld, replicated).mirrors).toHaveLength(2);
  });

  test("it begins with the mirror to which the file redirects", () => {
    for (const index of Array.from({ length: 50 }).keys()) {
      const from = { address: `192.0.${index}.1` };
      expect(listOf("/bin/kubectl?mirrorlist", from).mirrors[0]?.url).toBe(asked("/bin/kubectl", from).location);
    }
  });

  test("the client's address is not in it", () => {
    expect(asked("/bin/kubectl?mirrorlist").body).not.toContain(address);
    expect(listOf("/bin/kubectl?mirrorlist", { address: "192.0.2.1" }).client).toEqual({});
  });
});

describe("the form of the answer", () => {
  const meta4 = "application/metalink4+xml";
  test.each<[string, string, string | undefined, number, string | undefined]>([
    ["the file", "/bin/kubectl", undefined, 307, undefined],
    ["JSON, by query", "/bin/kubectl?mirrorlist", undefined, 200, "application/json"],
    ["JSON, by query's value", "/bin/kubectl?mirrorlist=json", meta4, 200, "application/json"],
    ["JSON of all, by query's value", "/bin/kubectl?mirrorlist=all", meta4, 200, "application/json"],
    ["Metalink, by query's value", "/bin/kubectl?mirrorlist=meta4", undefined, 200, meta4],
    ["Metalink, by Accept", "/bin/kubectl", meta4, 200, meta4],
    ["JSON, by Accept", "/bin/kubectl", "application/json", 200, "application/json"],
    ["a JSON file, by Accept", "/data.json", "application/json", 307, undefined],
    ["not found, with or without a list", "/-/b?mirrorlist", undefined, 404, "text/plain; charset=utf-8"],
  ])("%s", (_, target, accept, status, type) => {
    const { status: found, headers } = asked(target, { accept });
    expect([found, headers["Content-Type"]]).toEqual([status, type]);
    if (status === 200) expect(headers).toMatchObject({ "Cache-Control": "no-store", Vary: "*" });
  });
});

/** The documents's file element, after a check of all that RFC 5854 requires and forbids here. */
function fileOf({ body }: Answer): Element {
  const root = parseXml(body);
  expect(root.name).toBe("metalink");
  expect(root.attributes).toEqual({ xmlns: "urn:ietf:params:xml:ns:metalink" });
  const named = (name: string) => root.children.filter((child) => child.name === name);
  // 4.1.1: one file or more, at most one generator, and nothing that is not defined.
  expect(named("file")).toHaveLength(1);
  expect(named("generator").length).toBeLessThanOrEqual(1);
  expect(root.children).toHaveLength(named("file").length + named("generator").length);
  const file = named("file")[0] as Element;
  // 4.1.2: a URL at least; 4.1.2.1: a name, relative, that leads nowhere else.
  expect(Object.keys(file.attributes)).toEqual(["name"]);
  expect(file.attributes.name).toMatch(/^[^/]+$/);
  expect(["", ".", ".."]).not.toContain(file.attributes.name);
  expect(file.children.length).toBeGreaterThan(0);
  file.children.forEach(({ name, attributes, text }, index) => {
    expect(name).toBe("url");
    // 4.2.16: an IRI without white space around it; a priority from 1 to 999999, the lowest first.
    expect(attributes).toEqual({ priority: String(index + 1) });
    expect(new URL(text).href).toBe(text);
    expect(text).toMatch(/^https:\/\/[!-~]+$/);
  });
  return file;
}

describe("the list as Metalink (RFC 5854)", () => {
  test("a complete example, for reviewers", () => {
    expect(asked("/bin/kubectl?mirrorlist=meta4").body).toMatchInlineSnapshot(`
"<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <generator>mirrorform</generator>
  <file name="kubectl">
    <url priority="1">https://aws.eu-west-3.example.net/files/bin/kubectl</url>
    <url priority="2">https://aws.us-east-2.example.net/files/bin/kubectl</url>
    <url priority="3">https://cdn.everywhere.example.net/files/bin/kubectl</url>
    <url priority="4">https://google.us-central1.example.net/files/bin/kubectl</url>
  </file>
</metalink>
"
`);
  });

  test.each([
    ["/a/b%26c%3Cd%3E%22e%27f", `b&c<d>"e'f`],
    ["/a/%5D%5D%3E", "]]>"],
    ["/a/%3C%21--", "<!--"],
    ["/a/%26lt%3B", "&lt;"],
    ["/a/%C3%A4%F0%9F%98%80", "ä😀"],
    ["/a/$1$&$$", "$1$&$$"],
    ["/%C2%A0", "\u00a0"],
    ["/a/b%20", "b "],
  ])("%s is named %j", (path, name) => {
    expect(fileOf(asked(`${path}?mirrorlist=meta4`)).attributes.name).toBe(name);
  });

  test("is well-formed for any file name, or the request is refused", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
      fc.string({
        unit: fc.constantFrom(
          "<",
          ">",
          "&",
          '"',
          "'",
          "]",
          "-",
          "!",
          "?",
          ";",
          "\ufffe",
          "\uffff",
          "\u0085",
          "\u2028",
          "\t",
          "\u{1fffe}",
        ),
      }),
    );
    fc.assert(
      fc.property(name, (text) => {
        const answer = asked(`/dir/${encodeURIComponent(text)}?mirrorlist=meta4`);
        // A path that ends with a slash is a directory, and is passed on.
        if (answer.status !== 200)
          return expect(/^(.*\/)?$/s.test(text) ? [307, 400, 404] : [400, 404]).toContain(answer.status);
        const path = text.split("/");
        return expect(fileOf(answer).attributes.name).toBe(path.at(-1));
      }),
      runs(50),
    );
  });

  test("always contains a URL", () => {
    const nowhere = known(Object.fromEntries([...mirrors.map(({ id }) => [id, "absent"]), [origin, "unreachable"]]));
    expect(fileOf(asked("/bin/kubectl?mirrorlist=meta4", {}, nowhere)).children).toHaveLength(1);
  });
});

/** RFC 8288, section 3, and RFC 9110's tokens and quoted strings: the links of a `Link` header. */
function linksOf(header: string): { target: string; parameters: Record<string, string> }[] {
  const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  const parameter = `;[ \\t]*(${token})[ \\t]*(?:=[ \\t]*(?:(${token})|"((?:[^"\\\\]|\\\\.)*)"))?[ \\t]*`;
  const link = new RegExp(`^[ \\t]*<([^<>"{}|\\\\^\`\\s]*)>[ \\t]*((?:${parameter})*)(,|$)`);
  const links: { target: string; parameters: Record<string, string> }[] = [];
  for (let rest = header; rest !== ""; ) {
    const [all, target = "", parameters = ""] = link.exec(rest) ?? [];
    if (all === undefined) throw new Error(`no link is at ${JSON.stringify(rest)}`);
    const each = Array.from(
      parameters.matchAll(new RegExp(parameter, "g")),
      ([, name = "", plain, quoted]) => [name, plain ?? quoted ?? ""] as const,
    );
    links.push({ target, parameters: Object.fromEntries(each) });
    rest = rest.slice(all.length);
  }
  return links;
}

describe("the Link header of a file (RFC 6249)", () => {
  test("names the description, and up to four other locations, best first", () => {
    const many = madeTable(Array.from("abcdefgh", (name) => madeMirror(`${name}/mirror`, { weight: 10 })));
    const { location, link = "" } = asked("/bin/kubectl", {}, allHeld, many);
    const [described, ...duplicates] = linksOf(link);
    expect(described).toEqual({
      target: "?mirrorlist=meta4",
      parameters: { rel: "describedby", type: "application/metalink4+xml" },
    });
    expect(duplicates).toHaveLength(4);
    expect(duplicates.map(({ parameters }) => parameters)).toEqual(
      [2, 3, 4, 5].map((priority) => ({ rel: "duplicate", pri: String(priority) })),
    );
    const listed = listOf("/bin/kubectl?mirrorlist", {}, allHeld, many).mirrors.map(({ url }) => url);
    expect([location, ...duplicates.map(({ target }) => target)]).toEqual(listed.slice(0, 5));
  });

  test("names only mirrors that are known to have it", () => {
    const { link = "" } = asked(
      "/bin/kubectl",
      {},
      known({ "aws/us-east-2": "unknown", "cdn/everywhere": "unreachable" }),
    );
    const duplicates = linksOf(link).filter(({ parameters }) => parameters.rel === "duplicate");
    expect(duplicates.map(({ target }) => target)).toEqual([
      "https://google.us-central1.example.net/files/bin/kubectl",
    ]);
  });

  test("describes the requested URL", () => {
    const described = new URL("?mirrorlist=meta4", "https://dl.example.org/bin/kubectl?x=1");
    expect(described.pathname + described.search).toBe("/bin/kubectl?mirrorlist=meta4");
    expect(asked(described.pathname + described.search).headers["Content-Type"]).toBe("application/metalink4+xml");
  });

  test("other responses have none", () => {
    const targets = [
      "/release/stable.txt",
      "/release/",
      "/v2/pause/manifests/v1",
      `/v2/pause/blobs/sha256:${"0".repeat(64)}`,
      "/",
      "/-/b",
    ];
    for (const target of targets) expect(asked(target).link).toBeUndefined();
  });

  test("is parsable for any file name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), (text) => {
        const { status, link } = asked(`/dir/${encodeURIComponent(text)}`);
        if (status !== 307 || link === undefined) return;
        for (const { target, parameters } of linksOf(link).slice(1)) {
          expect(new URL(target).href).toBe(target);
          expect(parameters.rel).toBe("duplicate");
        }
      }),
      runs(100),
    );
  });
});
