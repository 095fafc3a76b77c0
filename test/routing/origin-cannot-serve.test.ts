import { stringify } from "yaml";
import { readInventory } from "../../inventory/read-inventory";
import { resolveInventory } from "../../inventory/resolve-inventory";
import { mirrorsSchema } from "../../inventory/schema";
import { originGaps } from "../../routing/origin-gaps";
import { allListed, tableOf, today } from "./tables";

/** Every cloud as the origin's, with each store that its mirrors may have. */
const origins = [
  ["google", "us-central1", { cloud: "google", project: "artifacts-example" }, ["registry", "bucket"]],
  ["aws", "us-east-1", { cloud: "aws", account: "123456789012" }, ["registry", "bucket"]],
  [
    "azure",
    "westeurope",
    { cloud: "azure", subscription: "00000000-0000-0000-0000-000000000000" },
    ["registry", "bucket"],
  ],
  ["donor", "berlin", { cloud: "external" }, ["registry", "blobs", "files"]],
] as const;

const externals = {
  registry: "https://registry.example.net",
  blobs: "https://cdn.example.net/{digest}",
  files: "https://files.example.net/{path}",
};

function stored(provider: string, store: string): object | string {
  if (provider === "donor") return externals[store as keyof typeof externals];
  return provider === "aws" && store === "registry" ? { repositories: ["pause"] } : {};
}

function subsets<T>(items: readonly T[]): T[][] {
  return items
    .reduce<T[][]>((all, item) => all.flatMap((some) => [some, some.concat(item)]), [[]])
    .filter(({ length }) => length > 0);
}

const cases = origins.flatMap(([provider, region, fields, stores]) =>
  subsets<string>(stores).flatMap((held) =>
    subsets(["images", "files"]).map((serves) => ({ provider, region, fields, held, serves })),
  ),
);

test.each(cases)("the rule and the compiled table agree on $provider with $held and hosts for $serves", (each) => {
  const { provider, region, fields, held, serves } = each;
  const mirror = Object.fromEntries(held.map((store) => [store, stored(provider, store)]));
  const written = {
    project: {
      name: "artifacts",
      contact: "a@example.org",
      info: "https://example.org/a",
      privacy: "https://example.org/p",
    },
    hosts: { "one.example.org": { serves } },
    dns: { zone: "example.org" },
    redirector: { image: `example.org/i@sha256:${"e".repeat(64)}`, "runs-at": { google: ["us-central1"] } },
    origin: `${provider}/${region}`,
    providers: { [provider]: { ...fields, mirrors: { [region]: mirror } } },
  };
  const reading = readInventory(Buffer.from(stringify(written)), "mirrors.yaml", today);
  const complaints = reading.problems.filter(({ rule }) => rule === "origin/cannot-serve");
  const inventory = resolveInventory(mirrorsSchema.parse(written));
  const distributions = { aws: { distributions: { "us-east-1": "d1.cloudfront.net" } } };
  const gaps = originGaps(tableOf(inventory, allListed(inventory, distributions)));
  expect(complaints).toHaveLength(gaps.length);
  expect(gaps.every(({ awaits }) => awaits === "nothing")).toBe(true);
  for (const { severity } of complaints) expect(severity).toBe("error");
});

test("the fix names a mirror that can serve it, or says what is missing", () => {
  const of = (google: string) => `
project: { name: artifacts, contact: a@example.org, info: https://example.org/a, privacy: https://example.org/p }
hosts: { one.example.org: { serves: [images] } }
dns: { zone: example.org }
redirector: { runs-at: { aws: [us-east-1] } }
origin: aws/us-east-1
providers:
  aws: { cloud: aws, account: "123456789012", mirrors: { us-east-1: { registry: { repositories: [pause] }, bucket: {} } } }
${google}`;
  const fixOf = (text: string) =>
    readInventory(Buffer.from(text), "mirrors.yaml", today).problems.find(({ rule }) => rule === "origin/cannot-serve")
      ?.fix;
  expect(fixOf(of(""))).toContain("at Google (`registry: {}`) or external");
  expect(
    fixOf(of("  store: { cloud: google, project: artifacts-example, mirrors: { us-west1: { registry: {} } } }")),
  ).toBe("Write `origin: store/us-west1`, which can serve them.");
});
