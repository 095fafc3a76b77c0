import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Deadline, DownloadFailed, download } from "../../networks/download";
import { readRanges } from "../../networks/range-snapshot";
import { type RangeSource, snapshotFileName } from "../../networks/range-source";
import { replaceFiles, restoreFiles } from "../../networks/replace-files";
import { formatSnapshot } from "../../networks/snapshot-text";
import { type RangeProgress, RangesRefused, type UpdateOptions, updateRanges } from "../../networks/update-ranges";
import { Publisher } from "./publisher";

const fixture = (name: string): Buffer => readFileSync(join(__dirname, "../fixtures/ranges", name));
const now = new Date("2026-11-21T23:59:00Z");
const feed = (name: "aws" | "google" | "azure" | "oracle"): RangeSource => ({ kind: "feed", feed: name });
const asn = (...asns: number[]): RangeSource => ({ kind: "asn", asns });

const publisher = new Publisher();
/** The publisher's responses, by path. */
const { answers } = publisher;
let base: string;
let parent: string;
let directory: string;

beforeAll(() => publisher.start());
afterAll(() => publisher.stop());

beforeEach(() => {
  base = publisher.base;
  answers.clear();
  parent = mkdtempSync(join(tmpdir(), "update-ranges-"));
  directory = join(parent, "ranges");
  serve("/aws", fixture("aws.json"));
  serve("/google", fixture("google.json"));
  serve("/azure", fixture("azure-download-page.html").toString().replaceAll("http://files.invalid", base));
  serve("/download/7/1/ServiceTags_Public_20260817.json", fixture("azure.json"));
  serve("/oracle", fixture("oracle.json"));
  serve("/iptoasn", gzipSync(fixture("iptoasn.tsv")));
  serve("/list", fixture("cidr-list.txt"));
  serve("/geofeed", fixture("geofeed.csv"));
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

const serve = (path: string, body: string | Buffer): void => publisher.publish(path, body);

function update(
  sources: RangeSource[],
  onProgress?: (progress: RangeProgress) => void,
  more: Partial<UpdateOptions> = {},
) {
  const names = ["aws", "google", "azure", "oracle", "iptoasn"] as const;
  return updateRanges(directory, sources, {
    now,
    urls: Object.fromEntries(names.map((name) => [name, `${base}/${name}`])),
    timeoutMilliseconds: 2000,
    allowPrivate: true,
    ...(onProgress && { onProgress }),
    ...more,
  });
}

/** The messages of a refusal, by source name. */
async function refusal(sources: RangeSource[], more: Partial<UpdateOptions> = {}): Promise<Record<string, string>> {
  const error = await update(sources, undefined, more).then(
    () => new Error("the update was made"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RangesRefused)) throw error;
  return Object.fromEntries(error.problems.map(({ name, message }) => [name, message]));
}

/** Everything below the parent directory, including anything left behind next to the snapshots. */
function contents(): Record<string, string> {
  const files = readdirSync(parent, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), "utf8")]),
  );
}

const prefixes = (count: number): string =>
  Array.from({ length: count }, (_, index) => `20.${index * 2}.0.0/16\n`).join("");

test("fetches, reads and writes all sources", async () => {
  const list: RangeSource = { kind: "cidr-list", url: `${base}/list` };
  const geofeed: RangeSource = { kind: "geofeed", url: `${base}/geofeed` };
  const country: RangeSource = { kind: "country", countries: ["CN"] };
  const sources = [feed("aws"), feed("google"), feed("azure"), feed("oracle"), list, geofeed, asn(64500), country];
  const progress: string[] = [];
  const updates = await update([...sources, asn(64502)], ({ name, state }) => progress.push(`${name} ${state}`));

  expect(updates.map(({ name, before, after }) => [name, before, after])).toEqual([
    ["aws", undefined, 15],
    ["google", undefined, 8],
    ["azure", undefined, 26],
    ["oracle", undefined, 3],
    [`cidr-list ${base}/list`, undefined, 22],
    [`geofeed ${base}/geofeed`, undefined, 5],
    ["asn", undefined, 5],
    ["country", undefined, 3],
  ]);
  expect(readdirSync(directory).sort()).toEqual(sources.map(snapshotFileName).sort());
  expect(readdirSync(parent)).toEqual(["ranges"]);
  expect(progress.filter((line) => line.endsWith(" fetching"))).toHaveLength(8);
  expect(progress.filter((line) => line.endsWith(" ready"))).toHaveLength(8);
  expect(readRanges(directory, asn(64500, 64502)).entries).toContainEqual({ prefix: "2001:db8:1::/48", asn: 64502 });
  expect(readRanges(directory, country).entries).toContainEqual({ prefix: "2001:db8::/48", country: "CN" });
  expect(readRanges(directory, feed("azure"))).toMatchObject({
    source: "https://www.microsoft.com/en-us/download/details.aspx?id=56519",
    asOf: "2026-11-21",
  });
});

test("fetches a table for two sources once", async () => {
  let requests = 0;
  answers.set("/iptoasn", (_, response) => {
    requests++;
    response.end(fixture("iptoasn.tsv"));
  });
  await update([asn(64500), { kind: "country", countries: ["DE"] }]);
  expect(requests).toBe(1);
});

test("a second update reports the previous sizes, and does not change files of other sources", async () => {
  await update([feed("aws"), feed("google")]);
  const google = readFileSync(join(directory, "google.txt"), "utf8");
  writeFileSync(join(directory, "README.md"), "kept");
  expect(await update([feed("aws")])).toMatchObject([{ name: "aws", file: "aws.txt", before: 15, after: 15 }]);
  expect(readFileSync(join(directory, "google.txt"), "utf8")).toBe(google);
  expect(readFileSync(join(directory, "README.md"), "utf8")).toBe("kept");
});

const page = "<!DOCTYPE html><html><body>Service unavailable</body></html>";
const packed = gzipSync(fixture("iptoasn.tsv"));

test.each<[string, RangeSource, string, RequestListener, string]>([
  ["status 500", feed("aws"), "/aws", (_, response) => response.writeHead(500).end("{}"), "answered with status 500"],
  ["status 204", feed("aws"), "/aws", (_, response) => response.writeHead(204).end(), "answered with status 204"],
  ["an empty file", feed("aws"), "/aws", (_, response) => response.end(), "it is not JSON, or incomplete"],
  [
    "an error page for JSON",
    feed("google"),
    "/google",
    (_, response) => response.end(page),
    "it is not JSON, or incomplete",
  ],
  [
    "a truncated file",
    feed("aws"),
    "/aws",
    (_, response) => response.end(fixture("aws.json").subarray(0, 2000)),
    "it is not JSON, or incomplete",
  ],
  [
    "a truncated response",
    feed("aws"),
    "/aws",
    (_, response) => {
      response
        .writeHead(200, { "content-length": 4000 })
        .write(fixture("aws.json").subarray(0, 2000), () => response.destroy());
    },
    "127.0.0.1",
  ],
  [
    "a file without entries",
    feed("google"),
    "/google",
    (_, response) => response.end('{"prefixes":[]}'),
    "it has no prefix",
  ],
  [
    "a page without links",
    feed("azure"),
    "/azure",
    (_, response) => response.end(page),
    "does not link to a file that matches",
  ],
  [
    "a page that links to a missing file",
    feed("azure"),
    "/azure",
    (_, response) => response.end(`<a href="${base}/x/ServiceTags_Public_20260824.json">`),
    "/x/ServiceTags_Public_20260824.json answered with status 404",
  ],
  [
    "a truncated table",
    asn(64500),
    "/iptoasn",
    (_, response) => response.end(packed.subarray(0, 100)),
    "unexpected end of file",
  ],
  ["a table that lacks the ASN", asn(65000), "/iptoasn", (_, response) => response.end(packed), "it has no prefix"],
  [
    "bytes that are not text",
    feed("oracle"),
    "/oracle",
    (_, response) => response.end(Buffer.from([0x7b, 0xff, 0xfe])),
    "it is not JSON",
  ],
  ["a redirect to nowhere", feed("oracle"), "/oracle", (_, response) => response.writeHead(302).end(), "status 302"],
])("refuses %s, and writes nothing", async (_, source, path, answer, message) => {
  await update([feed("aws"), feed("google")]);
  const before = contents();
  answers.set(path, answer);
  const problems = await refusal([feed("google"), feed("aws"), source]);
  expect(Object.values(problems)).toEqual([expect.stringContaining(message)]);
  expect(contents()).toEqual(before);
});

test.each([
  ["an error page", page],
  ["an empty list", ""],
  ["comments only", "# moved\n"],
  ["a list cut off in a line", "192.0.2.0/24\n198.51.10"],
])("refuses a list that is %s", async (_, body) => {
  serve("/list", body);
  expect(Object.keys(await refusal([{ kind: "cidr-list", url: `${base}/list` }]))).toEqual([`cidr-list ${base}/list`]);
  expect(contents()).toEqual({});
});

test("distinguishes an unreachable server from an error response", async () => {
  answers.set("/hang", () => {});
  const sources: RangeSource[] = ["/hang", "/missing"].map((path) => ({ kind: "cidr-list", url: `${base}${path}` }));
  sources.push({ kind: "cidr-list", url: "http://127.0.0.1:1/" });
  const attempt = updateRanges(directory, sources, { now, timeoutMilliseconds: 200, allowPrivate: true });
  await expect(attempt).rejects.toMatchObject({
    problems: [
      { message: `${base}/hang did not answer in full within 0.2 s` },
      { message: `${base}/missing answered with status 404` },
      { name: "cidr-list http://127.0.0.1:1/", message: expect.stringMatching(/^http:\/\/127.0.0.1:1\/: /) },
    ],
  });
});

test("aborts a download over its limit", async () => {
  const limits = { deadline: new Deadline(2000), sizeBytes: 100, allowPrivate: true };
  await expect(download(`${base}/aws`, limits)).rejects.toThrow(DownloadFailed);
  await expect(download(`${base}/aws`, limits)).rejects.toThrow("sent more than 100 bytes");
});

test("reports all problems together", async () => {
  for (const path of ["/aws", "/google", "/oracle"]) serve(path, page);
  const problems = await refusal([feed("aws"), feed("google"), feed("azure"), feed("oracle")]);
  expect(Object.keys(problems)).toEqual(["aws", "google", "oracle"]);
});

test.each([
  ["as it was", 30, "taken"],
  ["a third less", 20, "taken"],
  ["more than a third less", 19, "refused"],
  ["a third more", 40, "taken"],
  ["more than a third more", 41, "refused"],
])("a list that is %s is %s", async (_, count, outcome) => {
  const list: RangeSource = { kind: "cidr-list", url: `${base}/list` };
  serve("/list", prefixes(30));
  await update([list]);
  const before = contents();
  serve("/list", prefixes(count));
  if (outcome === "taken") {
    expect(await update([list])).toMatchObject([{ before: 30, after: count }]);
  } else {
    const [message] = Object.values(await refusal([list]));
    expect(message).toMatch(/^prefixes (shrank|grew) by more than a third, from 30 to (19|41); IPv4 addresses/);
    expect(message).toMatch(/run the update again with `--accept [0-9a-f]{12}`$/);
    expect(contents()).toEqual(before);
  }
});

test("guards addresses as well as prefixes, each family separately", async () => {
  const list: RangeSource = { kind: "cidr-list", url: `${base}/list` };
  serve("/list", "20.0.0.0/8\n2001:db8::/32\n");
  await update([list]);
  serve("/list", "20.0.0.0/9\n2001:db8::/32\n");
  expect(Object.values(await refusal([list]))).toEqual([
    expect.stringMatching(/^IPv4 addresses shrank .* from 16,777,216 to 8,388,608; if/),
  ]);
  serve("/list", "20.0.0.0/8\n2001:db8::/30\n");
  expect(Object.values(await refusal([list]))).toEqual([
    expect.stringMatching(/^IPv6 addresses grew .* from 7.92e\+28 to 3.17e\+29; if/),
  ]);
});

test("does not guard an ASN that is new in the inventory, but one that disappears from the table", async () => {
  await update([asn(64502)]);
  expect(await update([asn(64502, 64500, 64501)])).toMatchObject([{ before: 1, after: 8 }]);
  serve("/iptoasn", "192.0.2.0\t192.0.2.255\t64500\tDE\tEXAMPLE-ONE\n");
  expect((await refusal([asn(64500, 64501, 64502)])).asn).toContain(
    "prefixes shrank by more than a third, from 8 to 1",
  );
});

test("does not silently replace a damaged snapshot, because there would be no guard", async () => {
  await update([feed("aws")]);
  writeFileSync(join(directory, "aws.txt"), "<<<<<<< HEAD\n");
  expect((await refusal([feed("aws")])).aws).toContain("delete it and run `mirrorform ranges update`");
});

test("a failed write keeps the old files and leaves no temporary files", () => {
  replaceFiles(directory, new Map([["a.txt", "old"]]));
  const before = contents();
  expect(() =>
    replaceFiles(
      directory,
      new Map([
        ["a.txt", "new"],
        ["no/such/directory", ""],
      ]),
    ),
  ).toThrow("ENOENT");
  expect(contents()).toEqual(before);
});

test("undoes an update that was interrupted between its two renames", async () => {
  mkdirSync(`${directory}.previous`);
  const entries = [{ prefix: "10.0.0.0/8", region: "eu-west-3" }];
  const snapshot = formatSnapshot({ source: "x", asOf: "2026-11-01", licence: "y", entries });
  writeFileSync(join(`${directory}.previous`, "aws.txt"), snapshot);
  expect((await refusal([feed("aws")])).aws).toContain("prefixes grew by more than a third, from 1 to 15");
  expect(contents()).toEqual({ [join(directory, "aws.txt")]: snapshot });
  mkdirSync(`${directory}.previous`);
  restoreFiles(directory);
  expect(readdirSync(parent)).toEqual(["ranges"]);
});

test("reads a geofeed with a town in Latin-1; a prefix in another encoding is a bad line", async () => {
  const lines = ["20.0.0.0/16,BR,BR-SP,S\xe3o Paulo,", "20.2.0.0/16,DE,DE-BY,M\xfcnchen,", "20.4.0.0/16\xa0,DE"];
  answers.set("/geofeed", (_, response) => response.end(Buffer.from(lines.join("\n"), "latin1")));
  expect(await update([{ kind: "geofeed", url: `${base}/geofeed` }])).toMatchObject([
    { after: 2, discarded: { count: 1, first: [expect.stringContaining("line 3")] } },
  ]);
});

describe("each source separately", () => {
  test("keeps one that fails, writes the others, and reports all", async () => {
    await update([feed("aws"), feed("google")]);
    const google = readFileSync(join(directory, "google.txt"), "utf8");
    serve("/google", page);
    serve("/aws", fixture("aws.json").toString().replaceAll("us-west-2", "us-west-1"));
    const error: unknown = await update([feed("google"), feed("aws"), feed("oracle")]).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      problems: [{ name: "google", message: expect.stringContaining("it is not JSON") }],
      updates: [
        { name: "aws", before: 15 },
        { name: "oracle", after: 3 },
      ],
    });
    expect(readFileSync(join(directory, "google.txt"), "utf8")).toBe(google);
    expect(readFileSync(join(directory, "aws.txt"), "utf8")).toContain("us-west-1");
    expect(readdirSync(directory).sort()).toEqual(["aws.txt", "google.txt", "oracle.txt"]);
  });

  test("does not change the directory if all fail", async () => {
    serve("/aws", page);
    await refusal([feed("aws")]);
    expect(readdirSync(parent)).toEqual([]);
  });
});

describe("a change that a guard refuses", () => {
  const list = (): RangeSource => ({ kind: "cidr-list", url: `${base}/list` });

  test.each<[string, string, string, string]>([
    [
      "as many other networks",
      "20.0.0.0/24\n20.0.2.0/24\n",
      "21.0.0.0/24\n21.0.2.0/24\n",
      "more than a third of the IPv4 addresses are new, 512 of 512",
    ],
    ["half of them others", "20.0.0.0/24\n20.0.2.0/24\n", "20.0.0.0/24\n21.0.2.0/24\n", "are new, 256 of 512"],
    [
      "the first IPv6",
      "20.0.0.0/24\n",
      "20.0.0.0/24\n2a00:1000::/32\n",
      "IPv6 addresses grew by more than a third, from 0 to",
    ],
    ["other IPv6, as much", "2a00:1000::/32\n", "2a00:2000::/32\n", "more than a third of the IPv6 addresses are new"],
  ])("%s: keeps the old one until exactly this change is accepted", async (_, before, after, message) => {
    serve("/list", before);
    await update([list()]);
    const old = contents();
    serve("/list", after);
    const error: unknown = await update([list()]).catch((reason: unknown) => reason);
    const [problem] = error instanceof RangesRefused ? error.problems : [];
    expect(problem?.message).toContain(message);
    expect(contents()).toEqual(old);

    const accepted = [problem?.accept ?? ""];
    serve("/list", `${after}20.1.0.0/16\n`);
    expect(Object.keys(await refusal([list()], { accepted }))).toHaveLength(1);
    expect(contents()).toEqual(old);

    serve("/list", after);
    expect(await update([list()], undefined, { accepted })).toHaveLength(1);
    expect(readRanges(directory, list()).entries).not.toEqual([]);
    expect(contents()).not.toEqual(old);
  });

  test("the same networks in another form are not a change", async () => {
    serve("/list", "20.0.0.0/23\n2a00:1000::/32\n");
    await update([list()]);
    serve("/list", "20.0.0.0/24\n20.0.1.0/24\n2a00:1000::/33\n2a00:1000:8000::/33\n");
    expect(await update([list()])).toMatchObject([{ before: 2, after: 2 }]);
    serve("/list", "20.0.0.0/23\n20.0.2.0/25\n2a00:1000::/32\n2a00:1001::/34\n2a00:1001:4000::/36\n");
    expect(Object.values(await refusal([list()]))).toEqual([expect.stringMatching(/^prefixes grew by .* 2 to 5; if/)]);
  });

  test("keeps what the caller rejects, and accepts it only if possible", async () => {
    serve("/list", "20.0.0.0/24\n");
    const review: UpdateOptions["review"] = (candidates) =>
      new Map(
        candidates.map((one) => [one, one.source.kind === "feed" ? [] : [{ message: "takes all", acceptable: true }]]),
      );
    const error: unknown = await update([list(), feed("aws")], undefined, { review }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ problems: [{ message: expect.stringMatching(/^takes all; if this is correct/) }] });
    expect(readdirSync(directory)).toEqual(["aws.txt"]);
    const accepted = error instanceof RangesRefused ? error.problems.map(({ accept }) => accept ?? "") : [];
    expect(await update([list()], undefined, { review, accepted })).toHaveLength(1);
    const never: UpdateOptions["review"] = (candidates) =>
      new Map(candidates.map((one) => [one, [{ message: "never", acceptable: false }]]));
    expect(Object.values(await refusal([list()], { review: never, accepted }))).toEqual(["never"]);
  });
});

test("reports skipped entries, with the first ten problems", async () => {
  const bad = Array.from({ length: 12 }, (_, index) => `bad-${index},US\n`).join("");
  serve("/geofeed", `ip_prefix,country\n${prefixes(120).replaceAll("\n", ",US,US-CA\n")}${bad}`);
  const [updated] = await update([{ kind: "geofeed", url: `${base}/geofeed` }]);
  expect(updated).toMatchObject({ after: 120, discarded: { count: 13, first: { length: 10 } } });
  expect(updated?.discarded?.first[0]).toMatch(/^line 1: "ip_prefix"/);
});

test.each<[string, string, string | Buffer, string]>([
  [
    "aws",
    "private",
    JSON.stringify({ prefixes: [{ ip_prefix: "10.0.0.0/8", region: "a" }], ipv6_prefixes: [] }),
    "10.0.0.0/8 is for private use",
  ],
  [
    "google",
    "everything",
    JSON.stringify({ prefixes: [{ ipv6Prefix: "2000::/3", scope: "a" }] }),
    "2000::/3 is shorter than /19",
  ],
])("refuses a feed with addresses that no cloud has: %s, %s", async (name, _, body, message) => {
  serve(`/${name}`, body);
  expect(Object.values(await refusal([feed(name as "aws")]))).toEqual([message]);
});

test("skips special-purpose networks of an ASN", async () => {
  serve("/iptoasn", "35.0.0.0\t35.0.0.255\t64500\tDE\tX\n192.88.99.0\t192.88.99.255\t64500\tDE\tX\n");
  expect(await update([asn(64500)])).toMatchObject([{ after: 1, discarded: { count: 1 } }]);
});

test("does not follow links from a feed's page to other hosts", async () => {
  serve("/azure", '<a href="https://download.example.org/ServiceTags_Public_99999999.json">');
  expect(Object.values(await refusal([feed("azure")]))).toEqual([
    expect.stringMatching(/does not link to a file that matches .* on download\.microsoft\.com or 127\.0\.0\.1$/),
  ]);
});

test("does not connect to private publishers unless allowed", async () => {
  let asked = 0;
  answers.set("/list", (_, response) => {
    asked++;
    response.end("20.0.0.0/24");
  });
  const problems = await refusal([{ kind: "cidr-list", url: `${base}/list` }], { allowPrivate: false });
  expect(Object.values(problems)).toEqual([expect.stringContaining("is not an https URL")]);
  expect(asked).toBe(0);
});
