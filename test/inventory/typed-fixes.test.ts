import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readInventory } from "../../inventory/read-inventory";

const sound = readFileSync(join(__dirname, "..", "fixtures", "inventories", "typed-fixes.yaml"), "utf8");
const read = (text: string) =>
  readInventory(Buffer.from(text), "mirrors.yaml", new Date("2026-11-21T12:00:00Z")).problems;

/** A mistake in place of a sound part of the file; where and how it is reported; what the fix says to type. */
type Mistake = readonly [
  what: string,
  part: string,
  mistake: string,
  place: string,
  message: string,
  typed: string,
  /** Where the fix is for a part of the mistake, the whole of it, mended. */
  mended?: string,
];

const credits = "credits: { monthly: 1000, currency: USD, until: 2027-12-31 }";
const everywhere = 'everywhere: { files: "https://cdn.example.net/{path}", weight: 20 }';
const files = 'files: "https://cdn.example.net/{path}"';
const long = `${"a".repeat(70)}.example.org`;

/** Mistakes of people, each of which once was reported as something else. */
const mistakes: readonly Mistake[] = [
  ["a project's name of one letter", "name: artifacts", "name: a", "1:18 schema/bad-value", "at least 2", "name: a1"],
  ["a name with capitals", "name: artifacts", "name: My_Files", "1:18 schema/bad-value", '"M"', "name: my-files"],
  ["a name that ends with a hyphen", "name: artifacts", "name: a-", "1:18 schema/bad-value", "ends", "name: a1"],
  ["a name that begins with a digit", "name: artifacts", "name: 9x", "1:18 schema/bad-value", "letter", "name: x1"],
  ["a provider's name of one letter", "  cdn:", "  c:", "18:3 schema/bad-value", "too short", "c1", "  c1:"],
  ["a mirror's name of one letter", "everywhere:", "e:", "21:7 schema/bad-value", "too short", "e1", "e1:"],
  ["a number as a mirror's name", "everywhere:", "1:", "21:7 schema/bad-value", "letter", "everywhere", "everywhere:"],
  ["a label of 70 characters", "dl.example.org", long, "4:3 schema/bad-value", "has 70 characters", "dl.example.org"],
  ["a final dot", "dl.example.org", "dl.example.org.", "4:3 schema/bad-value", "ends with a dot", "dl.example.org"],
  ["a host in capitals", "dl.example.org", "DL.example.org", "4:3 schema/bad-value", "upper-case", "dl.example.org"],
  ["a URL as a host", "dl.example.org", "https://dl.example.org/", "4:3 schema/bad-value", "URL", "dl.example.org"],
  ["a host with a port", "dl.example.org", "dl.example.org:443", "4:3 schema/bad-value", "port", "dl.example.org"],
  ["an underscore", "dl.example.org", "d_l.example.org", "4:3 schema/bad-value", "character _", "dl.example.org"],
  ["one label", "dl.example.org", "localhost", "4:3 schema/bad-value", "one label", "dl.example.org"],
  ["an address as a host", "dl.example.org", "192.0.2.1", "4:3 schema/bad-value", "an address", "dl.example.org"],
  [
    "an international host",
    "dl.",
    "bücher.",
    "4:3 schema/bad-value",
    "xn--",
    "xn--bcher-kva.example.org",
    "xn--bcher-kva.",
  ],
  [
    "every host",
    "  dl.example.org",
    '  "*.example.org"',
    "4:3 schema/bad-value",
    "many",
    "dl.example.org",
    "  dl.example.org",
  ],
  [
    "every host, without quotes",
    "  dl.example.org",
    "  *.example.org",
    "4:3 yaml/syntax",
    "quotes",
    "dl.example.org",
    "  dl.example.org",
  ],
  [
    "a zone for all",
    "zone: example.org",
    "zone: *.example.org",
    "5:14 yaml/aliases",
    "quotes",
    "by itself",
    "zone: example.org",
  ],
  [
    "typographic quotes",
    "zone: example.org",
    "zone: “example.org”",
    "5:14 schema/bad-value",
    "characters",
    "zone: example.org",
  ],
  [
    "a no-break space",
    "zone: example.org",
    "zone:\u00a0example.org",
    "5:8 schema/unknown-field",
    "ordinary space",
    "zone: example.org",
  ],
  [
    "no space behind a colon",
    "    cloud: external",
    "    cloud:external",
    "19:5 yaml/syntax",
    "missing",
    "cloud: external",
    "    cloud: external",
  ],
  [
    "no colon",
    "    cloud: external",
    "    cloud external",
    "19:5 yaml/syntax",
    "missing",
    "cloud: external",
    "    cloud: external",
  ],
  ["a list in capitals", "currency: USD", "currency: usd", "15:41 schema/bad-value", "ISO 4217", "currency: USD"],
  ["a comma in a number", "monthly: 1000", "monthly: 1,000", "15:25 schema/wrong-type", "comma", "monthly: 1000"],
  ["two commas", "monthly: 1000", "monthly: 1,250,000", "15:25 schema/wrong-type", "comma", "monthly: 1250000"],
  [
    "a comma, in a block",
    credits,
    "credits:\n      monthly: 1,000\n      currency: USD\n      until: 2027-12-31",
    "16:16 schema/wrong-type",
    "comma",
    "monthly: 1000",
    credits,
  ],
  [
    "an apostrophe in a number",
    "monthly: 1000",
    "monthly: 1'000",
    "15:25 schema/wrong-type",
    "number",
    "monthly: 1000",
  ],
  ["a space in a number", "monthly: 1000", "monthly: 1 000", "15:25 schema/wrong-type", "number", "monthly: 1000"],
  [
    "an underscore in a number",
    "monthly: 1000",
    "monthly: 1_000",
    "15:25 schema/wrong-type",
    "number",
    "monthly: 1000",
  ],
  ["thousands", "monthly: 1000", "monthly: 250k", "15:25 schema/wrong-type", "number", "monthly: 250000"],
  ["a currency's sign", "monthly: 1000", "monthly: $1000", "15:25 schema/wrong-type", "number", "monthly: 1000"],
  ["a currency behind", "monthly: 1000", "monthly: 1000 USD", "15:25 schema/wrong-type", "number", "monthly: 1000"],
  [
    "a decimal comma",
    "weight: 20",
    "place: { latitude: 52,52, longitude: 13 }",
    "21:81 schema/wrong-type",
    "comma",
    "latitude: 52.52",
    "place: { latitude: 52.52, longitude: 13 }",
  ],
  [
    "three decimals",
    "weight: 20",
    "place: { latitude: 52,520, longitude: 13 }",
    "21:81 schema/wrong-type",
    "comma",
    "latitude: 52.52",
    "place: { latitude: 52.52, longitude: 13 }",
  ],
  ["a share", "weight: 20", "weight: 20%", "21:70 schema/wrong-type", "number", "weight: 20"],
  ["a number in quotes", "weight: 20", 'weight: "20"', "21:70 schema/wrong-type", "number", "weight: 20"],
  [
    "a German date",
    "2027-12-31",
    "31.12.2027",
    "15:53 schema/bad-value",
    "YYYY-MM-DD",
    "until: 2027-12-31",
    "2027-12-31",
  ],
  ["a short date", "2027-12-31", "2027-2-3", "15:53 schema/bad-value", "YYYY-MM-DD", "until: 2027-02-03", "2027-02-03"],
  ["yes", "weight: 20", "trusted: yes", "21:71 schema/wrong-type", "true or false", "trusted: true"],
  [
    "a mirror of nothing",
    everywhere,
    "everywhere:",
    "21:18 schema/wrong-type",
    "nothing is written",
    'everywhere: { files: "https://cdn.example.net/files/{path}" }',
  ],
  [
    "an empty mirror",
    everywhere,
    "everywhere: {}",
    "21:7 mirror/holds-nothing",
    "holds nothing",
    'everywhere: { files: "https://cdn.example.net/{path}" }',
  ],
  ["an empty bucket", "bucket: {}", "bucket:", "17:44 schema/wrong-type", "nothing is written", "bucket: {}"],
  ["a bucket that is true", "bucket: {}", "bucket: true", "17:44 schema/wrong-type", "mapping", "bucket: {}"],
  ["a merge key", "weight: 20", "<<: { weight: 3 }", "21:62 yaml/bad-key", "merge", "weight: 3"],
  [
    "a placeholder without quotes",
    files,
    "files: https://cdn.example.net/{path}",
    "21:28 yaml/syntax",
    "needs quotes",
    files,
  ],
  [
    "two of them",
    files,
    "blobs: https://cdn.example.net/{name}/{digest}",
    "21:28 yaml/syntax",
    "needs quotes",
    'blobs: "https://cdn.example.net/{name}/{digest}"',
  ],
  ["one text for a list", "serves: [files]", "serves: files", "4:29 schema/wrong-type", "list", "serves: [files]"],
  [
    "one region for a list",
    "google: [us-central1]",
    "google: us-central1",
    "8:22 schema/wrong-type",
    "list",
    "google: [us-central1]",
  ],
  [
    "one network for a list",
    "networks: [{ feed: google }]",
    "networks: { feed: google }",
    "14:5 schema/wrong-type",
    "list",
    "networks: [{ feed: google }]",
  ],
  ["another name of a cloud", "cloud: google", "cloud: GCP", "12:12 provider/unknown-cloud", "google", "cloud: google"],
  ["another name of a feed", "feed: google", "feed: gcp", "14:24 schema/bad-value", "not one of", "feed: google"],
  [
    "a country without that code",
    "weight: 20",
    "avoid: [{ country: [UK] }]",
    "21:82 schema/bad-value",
    "3166-1",
    "GB",
    "avoid: [{ country: [GB] }]",
  ],
  [
    "AS in front of a number",
    "weight: 20",
    "avoid: [{ asn: [AS3320] }]",
    "21:78 schema/wrong-type",
    "number",
    "3320",
    "avoid: [{ asn: [3320] }]",
  ],
  [
    "http for a page",
    "info: https://example.org/",
    "info: http://example.org/",
    "1:63 schema/bad-value",
    "https",
    "info: https://example.org/",
  ],
  [
    "a page without https",
    "info: https://example.org/",
    "info: example.org/a",
    "1:63 schema/bad-value",
    "https",
    "info: https://example.org/a",
  ],
  [
    "another sign in the origin",
    "google/us-central1",
    "google.us-central1",
    "9:9 schema/bad-value",
    "provider/mirror",
    "google/us-central1",
  ],
  [
    "an international mirror",
    "cdn.example.net",
    "bücher.example",
    "21:28 mirror/url-template",
    "xn--",
    "xn--bcher-kva.example",
  ],
];

test("the file without mistakes is sound", () => {
  expect(read(sound)).toEqual([]);
});

test.each(mistakes.map((row) => ({ what: row[0], row })))("$what", ({ row }) => {
  const [, part, mistake, place, message, typed, mended = typed] = row;
  expect(sound).toContain(part);
  const problems = read(sound.replace(part, () => mistake));
  expect(problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`)).toEqual([place]);
  expect(problems[0]?.message).toContain(message);
  expect(problems[0]?.wayOut).toContain(typed);
  expect(read(sound.replace(part, () => mended))).toEqual([]);
});
