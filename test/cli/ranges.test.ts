import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { Publisher } from "../networks/publisher";
import { fixture, writeSnapshot } from "../routing/tables";
import { runMirrorform } from "./run-mirrorform";

/** A project with a provider at AWS, a hoster known by its ASN, and a donor whose list a local server publishes. */
const publisher = new Publisher();
let base: string;
let folder: string;

beforeAll(() => publisher.start());
afterAll(() => publisher.stop());

beforeEach(() => {
  base = publisher.base;
  folder = mkdtempSync(join(tmpdir(), "mirrorform-ranges-"));
  publisher.publish("/list", "20.0.0.0/16\n20.2.0.0/16\n");
  publisher.publish("/geofeed", "prefix,country\n20.4.0.0/16,DE,Berlin\n20.5.0.0/16,DE\n20.6.0.0/16,DE\n");
  mkdirSync(join(folder, "ranges"));
  writeSnapshot(join(folder, "ranges"), "aws.txt", "2026-11-01", [
    { prefix: "35.180.0.0/16", region: "eu-west-3" },
    { prefix: "2a05:d000::/36", region: "eu-west-3" },
  ]);
  writeSnapshot(join(folder, "ranges"), "asn.txt", "2026-11-01", [{ prefix: "5.9.0.0/16", asn: 64500 }]);
  write({});
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes the inventory with these fields of the donor. */
function write(donor: object): void {
  const written = parse(fixture("smallest"));
  written.providers.google.networks = [];
  const external = (name: string, fields: object) => ({
    cloud: "external",
    ...fields,
    mirrors: { everywhere: { files: `https://${name}.example.net/{path}` } },
  });
  written.providers.aws = { cloud: "aws", account: "123456789012", mirrors: { "us-east-2": { bucket: {} } } };
  written.providers.hoster = external("hoster", { networks: [{ asn: [64500] }] });
  written.providers.donor = external("donor", { networks: [{ "cidr-list": `${base}/list` }], ...donor });
  writeFileSync(join(folder, "mirrors.yaml"), stringify(written));
}

const run = (...words: string[]) =>
  runMirrorform([...words, "--inventory", join(folder, "mirrors.yaml"), "--ranges", join(folder, "ranges")]);
const update = (...words: string[]) =>
  run("ranges", "update", "--allow-private-sources", "--only", `${base}/list`, ...words);
const snapshots = () =>
  Object.fromEntries(
    readdirSync(join(folder, "ranges")).map((file) => [file, readFileSync(join(folder, "ranges", file), "utf8")]),
  );

describe("ranges update", () => {
  test("--only: updates one source by name or URL, and shows which clients move", async () => {
    const { status, stdout, stderr } = await update();
    expect({ status, stdout, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("list: ready, 2 prefixes"),
    });
    expect(stdout).toMatch(/^donor +IPv4 +0 +131,072 +131,072 +0/m);
    expect(stdout).toContain("no provider -> donor: 131,072 IPv4 addresses\n");
    publisher.publish("/list", "20.0.0.0/16\n20.2.0.0/17\n");
    const again = await run("ranges", "update", "--allow-private-sources", "--only", `cidr-list ${base}/list`);
    expect(again.stdout).toContain("donor -> no provider: 32,768 IPv4 addresses, 25 % of donor's\n");
  });

  test("--only: unknown names, each with a suggestion", async () => {
    const { status, stderr } = await run("ranges", "update", "--only", "awz", "--only", "nothing-like-it");
    expect(status).toBe(2);
    expect(stderr).toContain("--only: unknown source awz: aws?");
    expect(stderr).toContain(`unknown source nothing-like-it: the sources are aws, cidr-list ${base}/list, asn`);
  });

  test("--json: prints what was written, what was not, and the clients", async () => {
    write({
      networks: [{ "cidr-list": `${base}/list` }, { geofeed: `${base}/geofeed` }, { "cidr-list": `${base}/none` }],
    });
    const { status, stdout, stderr } = await update("--json", "--only", `${base}/geofeed`, "--only", `${base}/none`);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      updated: [
        { after: 2 },
        { after: 2, discarded: { count: 2, first: [expect.stringMatching(/^line 1: /), expect.anything()] } },
      ],
      kept: [{ name: `cidr-list ${base}/none`, message: `${base}/none answered with status 404` }],
      clients: { moves: [{ to: "donor", family: "IPv4", addresses: 4 * 65_536 }], counts: expect.any(Array) },
    });
    expect(stderr).toContain("1 of 3 sources were not updated:");
    expect(stderr).toContain("skipped 2 invalid entries");
  });

  test.each([
    ["the default route", "20.0.0.0/16\n0.0.0.0/0\n", "0.0.0.0/0 is shorter than /8"],
    ["private space", "20.0.0.0/16\n10.0.0.0/8\n", "10.0.0.0/8 is for private use"],
    ["most of IPv6", "2000::/3\n", "2000::/3 is shorter than /19"],
    [
      "more than it may",
      "20.0.0.0/8\n21.0.0.0/8\n23.0.0.0/8\n",
      "donor would claim 1.17 % of IPv4; its limit is 1.00 %",
    ],
  ])("refuses a list that claims %s from the first update on, without exception", async (_, body, message) => {
    const before = snapshots();
    publisher.publish("/list", body);
    const { status, stderr } = await update();
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining(message) });
    expect(stderr).not.toContain("--accept");
    expect(snapshots()).toEqual(before);
  });

  test("refuses a list that takes another provider's clients until that is accepted, also in the first update", async () => {
    publisher.publish("/list", "20.0.0.0/16\n5.9.0.0/17\n");
    const { status, stderr } = await update();
    expect({ status, stderr }).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("donor would take 50 % of hoster's IPv4 addresses (32,768)"),
    });
    const [, change = ""] = /--accept ([0-9a-f]{12})`/.exec(stderr) ?? [];
    const accepted = await update("--accept", change);
    expect(accepted).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("hoster -> donor: 32,768 IPv4 addresses, 50 % of hoster's\n"),
    });
  });

  test("checks the very first update, too", async () => {
    publisher.publish("/list", "35.180.0.0/17\n");
    write({ networks: [{ "cidr-list": `${base}/list`, inside: "aws" }] });
    const { status, stderr } = await update();
    expect({ status, stderr }).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("donor would take 50 % of aws's IPv4 addresses (32,768)"),
    });
  });

  test("fetches nothing from loopback without the option", async () => {
    rmSync(join(folder, "ranges"), { recursive: true });
    const { status, stderr } = await run("ranges", "update", "--only", `${base}/list`);
    expect({ status, stderr }).toMatchObject({ status: 3, stderr: expect.stringContaining("nothing was written") });
    expect(existsSync(join(folder, "ranges"))).toBe(false);
  });
});

describe("validate", () => {
  const problems = async (donor: object) => {
    write(donor);
    const { status, stdout } = await run("validate", "--json");
    const all: { rule: string; line: number }[] = JSON.parse(stdout).problems;
    const found = all.filter(({ rule }) => /at-most|overlap|inside/.test(rule));
    const text = readFileSync(join(folder, "mirrors.yaml"), "utf8").split("\n");
    for (const { line } of found) expect(text[line - 1]).toBe("    networks:");
    return { status, found };
  };

  test("reports the clients that would move, with their share", async () => {
    expect(await problems({ networks: [{ prefixes: ["5.9.0.0/18", "20.0.0.0/16"] }] })).toMatchObject({
      status: 0,
      found: [
        {
          rule: "network/overlap",
          line: expect.any(Number),
          column: 5,
          message:
            "the prefixes and lists of donor cover 25 % of what hoster claims by its ASNs in IPv4, 16,384 addresses: these clients count as donor's, not hoster's",
        },
      ],
    });
  });

  test("reports claims inside a cloud's feed", async () => {
    const networks = [{ prefixes: ["35.180.0.0/17", "35.180.128.0/18"] }];
    expect((await problems({ networks })).found).toMatchObject([
      {
        rule: "network/inside-feed",
        message:
          "the prefixes and lists of donor cover 75 % of the feed of aws in IPv4, 49,152 addresses: these clients still count as aws's",
      },
    ]);
  });

  test("reports clients that move by agreement, if they are more than a donor's own machines", async () => {
    const inside = (...prefixes: string[]) => problems({ networks: [{ prefixes, inside: "aws" }] });
    expect((await inside("35.180.0.0/27")).found).toEqual([]);
    expect((await inside("35.180.0.0/17", "35.180.128.0/18")).found).toMatchObject([
      {
        rule: "network/overlap",
        message:
          "the prefixes and lists of donor cover 75 % of what aws claims by its feed in IPv4, 49,152 addresses: these clients count as donor's, not aws's",
      },
    ]);
  });

  test("reports even one client of another provider's ASN that a prefix of the inventory takes", async () => {
    expect((await problems({ networks: [{ prefixes: ["5.9.1.1/32"] }] })).found).toMatchObject([
      { rule: "network/overlap", message: expect.stringContaining(", 1 address: these clients count as donor's, not") },
    ]);
  });

  test("refuses a donor that claims more than its limit", async () => {
    const networks = [{ prefixes: ["20.0.0.0/8", "21.0.0.0/8", "23.0.0.0/8"] }];
    expect(await problems({ networks })).toMatchObject({
      status: 1,
      found: [
        {
          rule: "provider/at-most",
          message: "the networks of donor cover 1.17 % of IPv4; the limit is 1.00 %",
          fix: "List fewer networks. If donor really is that large, set `at-most: 0.012`.",
        },
      ],
    });
    expect(await problems({ networks, "at-most": 0.012 })).toEqual({ status: 0, found: [] });
    expect(
      await problems({
        networks: [
          {
            prefixes: [
              "2a00::/19",
              "2a01::/19",
              "2a02::/19",
              "2a03::/19",
              "2a04::/19",
              "2a05::/19",
              "2a06::/19",
              "2a07::/19",
              "2a08::/19",
              "2a09::/19",
              "2a0a::/19",
            ],
          },
        ],
      }),
    ).toMatchObject({ status: 1 });
  });
});
