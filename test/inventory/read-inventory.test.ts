import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { formatProblem, type Problem } from "../../document/problem";
import { allRules } from "../../generate/all-rules";
import { readInventoryFile } from "../../inventory/read-inventory";
import { projectRules } from "../../project/project-rules";

const fixtures = join(__dirname, "..", "fixtures", "inventories");
const today = new Date("2026-11-21T12:00:00Z");
const read = (...path: string[]) => readInventoryFile(join(fixtures, ...path), today);

/** Every invalid fixture with all its problems. */
const broken: readonly (readonly [fixture: string, problems: readonly string[]])[] = [
  ["aws-registry-region", ["22:32 aws/registry-region"]],
  ["aws-state-region", ["19:19 aws/state-region"]],
  ["azure-registry-home", ["17:3 azure/registry-home", "22:7 warning mirror/registry-only"]],
  ["azure-too-many-copies", ["21:5 azure/too-many-copies"]],
  ["credits-ended", ["14:53 warning credits/ended"]],
  [
    "dns-existing-zone",
    ["8:20 dns/existing-zone", "8:41 dns/existing-zone", "8:54 dns/existing-zone", "8:72 dns/existing-zone"],
  ],
  ["dns-nothing-to-publish", ["5:27 dns/nothing-to-publish"]],
  ["dns-unknown-provider", ["5:50 dns/unknown-provider"]],
  ["dns-unsupported-cloud", ["5:50 dns/unsupported-cloud"]],
  ["dns-unpublished", ["5:1 warning dns/unpublished"]],
  ["file-empty", ["1:1 file/empty"]],
  ["file-not-a-mapping", ["1:1 file/not-a-mapping"]],
  ["file-not-utf8", ["1:1 file/not-utf8"]],
  ["host-outside-zone", ["3:3 host/outside-zone", "4:3 host/outside-zone"]],
  [
    "host-path-hidden",
    ["4:47 host/path-hidden", "4:53 host/path-hidden", "4:66 host/path-hidden", "5:62 host/path-hidden"],
  ],
  ["host-reserved", ["4:3 host/reserved"]],
  ["host-serves-nothing", ["4:29 host/serves-nothing"]],
  ["host-too-long", ["4:3 host/too-long"]],
  [
    "host-unknown-metadata",
    [
      "7:26 list/repeated",
      "8:30 host/unknown-metadata",
      "8:38 host/unknown-metadata",
      "8:46 host/unknown-metadata",
      "8:56 host/unknown-metadata",
    ],
  ],
  ["host-without-files", ["3:45 host/without-files", "3:68 host/without-files", "3:97 host/without-files"]],
  ["infrastructure-branch-and-environment", ["11:59 infrastructure/branch-and-environment"]],
  ["infrastructure-two-forges", ["13:5 infrastructure/two-forges"]],
  ["list-repeated", ["5:50 list/repeated", "17:27 list/repeated", "17:71 list/repeated", "17:121 list/repeated"]],
  ["mirror-complete-too-soon", ["15:15 mirror/complete-too-soon", "26:42 mirror/complete-too-soon"]],
  ["mirror-holds-nothing", ["20:7 mirror/holds-nothing"]],
  ["mirror-immutable-tags", ["16:50 warning mirror/immutable-tags"]],
  [
    "mirror-own-host",
    ["20:22 mirror/own-host", "21:31 mirror/own-host", "22:28 mirror/own-host", "23:22 mirror/own-host"],
  ],
  ["mirror-partition", ["22:7 mirror/partition"]],
  [
    "mirror-private-host",
    [
      "20:26 mirror/private-host",
      "21:31 mirror/private-host",
      "22:26 mirror/private-host",
      "23:31 mirror/private-host",
      "24:29 mirror/private-host",
      "25:24 mirror/private-host",
      "26:30 mirror/private-host",
      "27:28 mirror/private-host",
      "28:25 mirror/private-host",
      "29:30 mirror/private-host",
      "30:25 mirror/private-host",
      "31:22 mirror/private-host",
      "32:28 mirror/private-host",
      "32:59 mirror/private-host",
    ],
  ],
  ["mirror-push-elsewhere", ["21:21 warning mirror/push-elsewhere"]],
  [
    "mirror-push-target",
    [
      "20:55 mirror/push-target",
      "21:73 mirror/push-target",
      "22:70 mirror/push-target",
      "23:74 mirror/push-target",
      "24:70 mirror/push-target",
    ],
  ],
  ["mirror-withdrawal-immutable", ["16:82 mirror/withdrawal-immutable"]],
  ["mirror-withdrawal-in-vain", ["20:74 warning mirror/withdrawal-in-vain"]],
  ["mirror-registry-only", ["21:7 warning mirror/registry-only"]],
  [
    "mirror-registry-token",
    [
      "20:27 warning mirror/registry-token",
      "21:27 warning mirror/registry-token",
      "22:24 warning mirror/registry-token",
      "23:26 warning mirror/registry-token",
    ],
  ],
  [
    "mirror-registry-url",
    [
      "20:31 mirror/registry-url",
      "21:28 mirror/registry-url",
      "22:26 mirror/registry-url",
      "23:31 mirror/registry-url",
      "24:30 mirror/registry-url",
    ],
  ],
  ["mirror-serves-overlap", ["24:52 mirror/serves-overlap", "24:66 mirror/serves-overlap"]],
  ["mirror-serves-unknown-region", ["16:57 mirror/serves-unknown-region", "16:67 mirror/serves-unknown-region"]],
  ["mirror-trusted-in-vain", ["20:68 warning mirror/trusted-in-vain"]],
  ["mirror-unknown-region", ["16:7 mirror/unknown-region", "23:7 mirror/unknown-region", "28:7 mirror/unknown-region"]],
  [
    "mirror-url-template",
    [
      "20:27 mirror/url-template",
      "21:25 mirror/url-template",
      "22:27 mirror/url-template",
      "23:26 mirror/private-host",
      "24:25 mirror/url-template",
      "25:23 mirror/url-template",
      "26:24 mirror/url-template",
      "27:25 mirror/url-template",
      "28:26 mirror/url-template",
      "29:24 mirror/url-template",
      "30:25 mirror/url-template",
      "31:30 mirror/url-template",
      "32:31 mirror/url-template",
      "33:23 mirror/url-template",
      "34:26 mirror/url-template",
      "35:28 mirror/url-template",
      "36:22 mirror/url-template",
      "37:25 mirror/url-template",
      "38:22 mirror/url-template",
    ],
  ],
  ["name-aws-bucket", ["19:19 name/aws-bucket", "23:36 name/aws-bucket"]],
  ["name-collision", ["27:37 name/collision"]],
  ["name-container-registry", ["19:20 name/container-registry"]],
  ["name-google-bucket", ["16:52 name/google-bucket"]],
  ["name-storage-account", ["23:45 name/storage-account"]],
  [
    "network-bad-prefix",
    [
      "14:29 network/bad-prefix",
      "14:43 network/bad-prefix",
      "14:54 network/bad-prefix",
      "14:72 network/bad-prefix",
      "14:96 network/bad-prefix",
    ],
  ],
  ["network-bad-url", ["14:29 network/bad-url", "14:72 network/bad-url"]],
  ["network-feed-taken", ["20:3 warning network/feed-taken"]],
  [
    "network-special-purpose",
    [
      "14:43 warning network/special-purpose",
      "14:56 warning network/special-purpose",
      "14:85 warning network/special-purpose",
    ],
  ],
  ["network-too-short", ["14:29 network/too-short", "14:52 network/too-short", "14:64 network/too-short"]],
  ["network-inside-unclaimed", ["20:68 warning network/inside-unclaimed"]],
  ["network-reserved-asn", ["14:24 warning network/reserved-asn", "17:27 warning network/reserved-asn"]],
  ["network-unknown-region", ["14:52 network/unknown-region"]],
  ["origin-avoids", ["16:48 warning origin/avoids"]],
  ["origin-cannot-serve", ["9:9 origin/cannot-serve"]],
  ["origin-not-active", ["9:9 origin/not-active"]],
  ["origin-unknown-provider", ["9:9 origin/unknown"]],
  ["project-own-host", ["1:63 project/own-host", "1:97 project/own-host"]],
  ["origin-unknown", ["9:9 origin/unknown"]],
  [
    "provider-claimed-twice",
    ["20:24 provider/claimed-twice", "20:49 provider/claimed-twice", "20:72 provider/claimed-twice"],
  ],
  ["promotion-branch-and-environment", ["11:59 promotion/branch-and-environment"]],
  ["promotion-cloud-run-elsewhere", ["11:37 promotion/cloud-run"]],
  ["promotion-cloud-run", ["11:53 promotion/cloud-run"]],
  [
    "promotion-mutable-everything",
    ["10:24 promotion/mutable-everything", "10:41 promotion/mutable-everything", "10:60 promotion/mutable-everything"],
  ],
  [
    "promotion-mutable-immutable",
    ["10:36 promotion/mutable-immutable", "10:54 promotion/mutable-immutable", "18:51 warning mirror/immutable-tags"],
  ],
  ["promotion-mutable-too-many", ["10:157 promotion/mutable-too-many"]],
  ["promotion-origin-unfilled", ["9:9 promotion/origin-unfilled"]],
  [
    "promotion-path-taken",
    [
      "12:5 promotion/path-taken",
      "14:66 promotion/path-taken",
      "15:5 promotion/path-taken",
      "15:48 promotion/path-taken",
    ],
  ],
  ["promotion-require-too-many", ["10:23 promotion/require-too-many"]],
  ["promotion-reserved-folder", ["12:5 promotion/reserved-folder", "13:43 promotion/reserved-folder"]],
  ["promotion-unfilled-mirror", ["11:34 promotion/unfilled-mirror", "12:33 promotion/unfilled-mirror"]],
  [
    "promotion-unknown-mirror",
    ["11:34 promotion/unknown-mirror", "11:86 promotion/unknown-mirror", "12:33 promotion/unknown-mirror"],
  ],
  ["provider-no-mirrors", ["21:14 provider/no-mirrors"]],
  [
    "provider-emptied-in-use",
    ["5:50 provider/emptied-in-use", "8:37 provider/emptied-in-use", "11:21 provider/emptied-in-use"],
  ],
  ["provider-no-primary", ["17:3 warning provider/no-primary"]],
  ["provider-primary", ["14:14 provider/primary", "21:14 provider/primary"]],
  ["provider-reserved", ["17:3 provider/reserved"]],
  ["provider-unknown-cloud", ["12:12 provider/unknown-cloud", "18:12 provider/unknown-cloud"]],
  ["redirector-canary-nowhere", ["7:104 redirector/canary-nowhere"]],
  ["redirector-image-missing", ["7:14 warning redirector/image-missing"]],
  ["redirector-image-stand-in", ["8:10 warning redirector/image-stand-in"]],
  ["redirector-nowhere-to-run", ["8:22 redirector/nowhere-to-run"]],
  ["redirector-unknown-provider", ["8:37 redirector/unknown-provider"]],
  ["redirector-unknown-region", ["8:54 redirector/unknown-region"]],
  ["redirector-unsupported-cloud", ["8:37 redirector/unsupported-cloud"]],
  [
    "schema-alternatives",
    ["14:18 schema/unknown-field", "14:35 schema/bad-value", "14:39 schema/wrong-type", "14:59 schema/wrong-type"],
  ],
  [
    "schema-bad-metadata",
    [
      "6:13 schema/bad-value",
      "6:18 schema/bad-value",
      "6:25 schema/bad-value",
      "6:34 schema/bad-value",
      "6:42 schema/bad-value",
      "6:48 schema/bad-value",
      "6:56 schema/bad-value",
    ],
  ],
  ["schema-too-much-metadata", ["6:7 schema/bad-value"]],
  [
    "schema-bad-path",
    [
      "4:47 schema/bad-value",
      "4:59 schema/bad-value",
      "4:68 schema/bad-value",
      "4:88 schema/bad-value",
      "4:114 schema/bad-value",
      "8:19 schema/bad-value",
      "8:32 schema/bad-value",
    ],
  ],
  [
    "schema-bad-value",
    [
      "1:38 schema/bad-value",
      "3:36 schema/bad-value",
      "14:24 schema/bad-value",
      "14:41 schema/bad-value",
      "14:68 schema/bad-value",
      "14:75 schema/bad-value",
      "20:25 schema/bad-value",
      "20:39 schema/bad-value",
      "20:55 schema/bad-value",
      "22:40 schema/bad-value",
    ],
  ],
  [
    "schema-bad-promotion",
    [
      "11:73 schema/bad-value",
      "11:88 schema/bad-value",
      "13:14 schema/bad-value",
      "14:34 schema/bad-value",
      "14:50 schema/bad-value",
      "14:67 schema/bad-value",
      "15:13 schema/bad-value",
      "15:24 schema/bad-value",
      "16:19 schema/bad-value",
      "16:62 schema/bad-value",
      "17:12 schema/bad-value",
      "18:14 schema/bad-value",
      "19:36 schema/bad-value",
      "19:55 schema/bad-value",
      "19:126 schema/bad-value",
      "30:66 schema/bad-value",
      "30:100 schema/bad-value",
      "30:131 schema/bad-value",
      "30:144 schema/bad-value",
      "30:163 schema/bad-value",
      "30:203 schema/bad-value",
    ],
  ],
  ["schema-missing-field", ["1:1 schema/missing-field", "10:3 schema/missing-field"]],
  ["schema-unknown-field", ["12:5 schema/unknown-field", "17:36 schema/unknown-field"]],
  [
    "schema-wrong-type",
    ["3:35 schema/wrong-type", "8:11 schema/wrong-type", "19:14 schema/wrong-type", "22:41 schema/wrong-type"],
  ],
  [
    "several-at-once",
    [
      "1:18 schema/bad-value",
      "3:36 schema/bad-value",
      "4:3 schema/bad-value",
      "4:30 schema/bad-value",
      "5:51 schema/unknown-field",
      "9:9 origin/unknown",
      "20:24 provider/claimed-twice",
      "20:42 schema/wrong-type",
      "22:7 mirror/unknown-region",
    ],
  ],
  ["staging-holds-nothing", ["11:3 staging/holds-nothing"]],
  ["staging-name-taken", ["11:61 name/collision", "12:68 name/google-bucket", "13:53 list/repeated"]],
  ["staging-not-promoted", ["11:3 warning staging/not-promoted"]],
  ["staging-repositories", ["11:45 staging/repositories", "12:64 staging/repositories"]],
  ["staging-unknown-provider", ["11:21 staging/unknown-provider", "12:23 staging/unknown-provider"]],
  ["staging-unknown-region", ["11:37 staging/unknown-region", "12:36 staging/unknown-region"]],
  [
    "staging-writer",
    [
      "16:9 staging/writer",
      "17:9 staging/writer",
      "18:9 staging/writer",
      "19:9 staging/writer",
      "20:9 staging/writer",
      "27:9 staging/writer",
      "28:9 staging/writer",
      "29:9 staging/writer",
      "30:9 staging/writer",
      "36:15 staging/writer",
    ],
  ],
  ["text-interpolation", ["1:94 text/interpolation", "14:29 text/interpolation"]],
  ["yaml-aliases", ["11:10 yaml/aliases"]],
  ["yaml-bad-key", ["4:5 yaml/bad-key", "6:3 yaml/bad-key", "7:3 yaml/bad-key"]],
  ["yaml-duplicate-key", ["17:3 yaml/duplicate-key"]],
  ["yaml-several-documents", ["10:1 yaml/several-documents"]],
  ["yaml-syntax", ["8:22 yaml/syntax"]],
  ["yaml-too-deep", ["9:58 yaml/too-deep"]],
];

const format = ({ line, column, severity, rule }: Problem) =>
  `${line}:${column} ${severity === "warning" ? "warning " : ""}${rule}`;

describe("a broken inventory", () => {
  test.each(broken)("%s", (fixture, problems) => {
    const reading = read("broken", `${fixture}.yaml`);
    expect(reading.problems.map(format)).toEqual(problems);
    expect(reading.ok).toBe(problems.every((problem) => problem.includes("warning")));
    for (const { fix } of reading.problems) expect(fix).toMatch(/[.!:…}\]\w"]$/);
  });

  test("every fixture is in the table", () => {
    const files = readdirSync(join(fixtures, "broken")).map((file) => basename(file, ".yaml"));
    expect(files.sort()).toEqual(broken.map(([fixture]) => fixture).sort());
  });

  test("every rule has a fixture", () => {
    const elsewhere = ["file/unreadable", "file/too-large", "file/too-many-problems", "file/not-a-list"];
    const covered = new Set(broken.flatMap(([, problems]) => problems.map((problem) => problem.split(" ").at(-1))));
    // Checked by the command line, by the reader of deployed facts, and by those of manifests and of the policy, and tested there.
    const ofProjects: string[] = [
      "mirror/vanished",
      "provider/emptied-too-soon",
      ...Object.values(projectRules).map(({ id }) => id),
    ];
    const rules = allRules
      .map(({ id }) => id)
      .filter(
        (id) =>
          !["facts/", "manifest/", "policy/", "policy-file/"].some((prefix) => id.startsWith(prefix)) &&
          !elsewhere.includes(id) &&
          !ofProjects.includes(id),
      );
    expect(rules.filter((id) => !covered.has(id))).toEqual([]);
  });

  test("formats all problems", () => {
    const problems = read("broken", "several-at-once.yaml").problems.map((problem) => ({
      ...problem,
      file: "mirrors.yaml",
    }));
    expect(`\n${problems.map(formatProblem).join("\n")}\n`).toMatchInlineSnapshot(`
"
mirrors.yaml:1:18 error[schema/bad-value] a name has only lower-case letters, digits and hyphens, not "A"
  1 | project: { name: Artifacts, contact: infra@example.org, info: https://example.org/, privacy: https:/
    |                  ^
  2 | hosts:
  → Write name: artifacts
mirrors.yaml:3:36 error[schema/bad-value] "imgs" is not one of images, files
  2 | hosts:
  3 |   registry.example.org: { serves: [imgs] }
    |                                    ^
  4 |   DL.example.org: { serves: [file] }
  → \`images\`: container images, by the OCI distribution API under \`/v2/\`. \`files\`: everything else, by path.
mirrors.yaml:4:3 error[schema/bad-value] "DL.example.org" has upper-case letters; write names in lower case
  3 |   registry.example.org: { serves: [imgs] }
  4 |   DL.example.org: { serves: [file] }
    |   ^
  5 | dns: { zone: example.org, published-at: [google], ttl: 300 }
  → Rename it to dl.example.org, and all references to it.
mirrors.yaml:4:30 error[schema/bad-value] "file" is not one of images, files; did you mean files?
  3 |   registry.example.org: { serves: [imgs] }
  4 |   DL.example.org: { serves: [file] }
    |                              ^
  5 | dns: { zone: example.org, published-at: [google], ttl: 300 }
  → Write files
mirrors.yaml:5:51 error[schema/unknown-field] there is no field "ttl" here
  4 |   DL.example.org: { serves: [file] }
  5 | dns: { zone: example.org, published-at: [google], ttl: 300 }
    |                                                   ^
  6 | redirector:
  → The fields here are: zone, published-at, existing.
mirrors.yaml:9:9 error[origin/unknown] google has no mirror "us-centrall1"; did you mean us-central1?
   8 |   runs-at: { google: [us-central1] }
   9 | origin: google/us-centrall1
     |         ^
  10 | providers:
  → Write origin: provider/mirror, with a provider and a mirror from this file.
mirrors.yaml:20:24 error[provider/claimed-twice] the feed google is claimed by the provider google
  19 |     account: "123456789012"
  20 |     networks: [{ feed: google }, { asn: ["16509"] }]
     |                        ^
  21 |     mirrors:
  → Keep the claim at the provider whose clients these are.
mirrors.yaml:20:42 error[schema/wrong-type] a number is expected here, not "16509"
  19 |     account: "123456789012"
  20 |     networks: [{ feed: google }, { asn: ["16509"] }]
     |                                          ^
  21 |     mirrors:
  → Write 16509
mirrors.yaml:22:7 error[mirror/unknown-region] "us-east-22" is not a region of aws; did you mean us-east-2?
  21 |     mirrors:
  22 |       us-east-22: { bucket: {} }
     |       ^
  → Write the region's id as the cloud spells it.
"
`);
  });
});

test("allows mirrors in private networks for trials, but never the redirector itself", () => {
  const found = (fixture: string) =>
    readInventoryFile(join(fixtures, "broken", `${fixture}.yaml`), today, { allowPrivateMirrors: true });
  expect(found("mirror-private-host")).toMatchObject({ ok: true, problems: [] });
  expect(found("mirror-own-host").problems).toHaveLength(4);
});

describe("a valid inventory", () => {
  test.each(["smallest", "small", "choices", "own-machine", "promotion"])("%s has no problem", (fixture) => {
    const reading = read(`${fixture}.yaml`);
    expect(reading).toMatchObject({ ok: true, problems: [] });
  });

  test("combines the clients that provider and mirror avoid, and sorts a host's paths by length", () => {
    const reading = read("choices.yaml");
    if (!reading.ok) throw new Error("choices.yaml is broken");
    const { providers, hosts, redirector } = reading.inventory;
    const source = providers.find(({ key }) => key === "source");
    expect(source?.mirrors.map(({ avoid }) => avoid)).toEqual([
      { asns: [1299, 3320], countries: [], prefixes: [] },
      { asns: [1299, 3320, 7018], countries: ["DE", "KP"], prefixes: ["198.51.100.0/24", "2001:db8::/32"] },
    ]);
    expect(hosts.find(({ name }) => name === "dl.example.org")).toEqual({
      name: "dl.example.org",
      serves: ["files"],
      paths: [
        { path: "release/rc", at: "candidates" },
        { path: "release", at: "kubernetes-release/release" },
        { path: "notes", at: "" },
      ],
      directoryIndex: "index.html",
    });
    expect(redirector.canary?.blob?.name).toBe("pause");
    const complete = providers.flatMap(({ mirrors }) =>
      mirrors.filter((mirror) => mirror.complete).map(({ key }) => key),
    );
    expect(complete).toEqual(["eu-west-1", "us-east-1", "tokyo"]);
  });

  test("the large example has a warning: nothing fills the buckets at AWS", () => {
    const reading = read("kubernetes.yaml");
    expect([reading.ok, reading.problems.map(format)]).toEqual([true, ["35:3 warning provider/no-primary"]]);
  });

  test("is frozen, and has defaults and composed names", () => {
    const reading = read("small.yaml");
    if (!reading.ok) throw new Error("small.yaml is broken");
    const { inventory } = reading;
    expect(Object.isFrozen(inventory.providers[0]?.mirrors[0])).toBe(true);
    expect(inventory.providers.map(({ key }) => key)).toEqual(["aws", "azure", "cdn", "google", "store"]);
    expect(inventory.providers[0]?.mirrors[0]).toEqual({
      key: "eu-west-1",
      region: "eu-west-1",
      state: "active",
      weight: 0,
      complete: false,
      trusted: false,
      withdrawal: false,
      avoid: { asns: [], countries: [], prefixes: [] },
      serves: ["eu-*"],
      bucket: { name: "artifacts-aws-eu-west-1", access: "cdn" },
    });
  });
});

test("the rules have unique ids, and reasons that are sentences", () => {
  expect(new Set(allRules.map(({ id }) => id)).size).toBe(allRules.length);
  for (const { id, reason } of allRules) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*\/[a-z0-9-]+$/);
    expect(reason).toMatch(/^[A-Z`].*\.$/);
  }
});
