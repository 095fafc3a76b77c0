import fc from "fast-check";
import { parse, stringify } from "yaml";
import type { DeployedFacts } from "../../facts/deployed-facts";
import { findLostFacts } from "../../facts/find-lost-facts";
import { mergeDeployedFacts } from "../../facts/merge-deployed-facts";
import { runs } from "../property-runs";
import { fixture, inventoryOf } from "../routing/tables";

const text = fixture("small");
const small = inventoryOf(text);

const before: DeployedFacts = {
  google: {
    deployment: {
      project: "artifacts",
      account: "artifacts-example",
      state: "artifacts-gcp-terraform-state",
      zone: "example.org",
    },
    stores: { bucket: ["europe-west1", "us-central1"], registry: ["us-central1"] },
    addresses: { ipv4: "192.0.2.10", ipv6: "2001:db8::10" },
    used: { month: "2026-11", amount: 10 },
  },
  aws: {
    stores: { bucket: ["eu-west-1", "us-east-1"] },
    distributions: { "eu-west-1": "d1.cloudfront.net" },
    targets: { "us-east-2": { "registry.example.org": "d-a.example", "dl.example.org": "d-b.example" } },
    validations: { "registry.example.org": { name: "_a.registry.example.org", value: "_b.acm-validations.aws" } },
  },
};

type Facts = Record<string, Record<string, Record<string, unknown>>>;

/** What is lost if a copy of the facts is changed, as places. */
function lost(change: (facts: Facts) => void, now = text, base: string | undefined = text): string[] {
  const after = structuredClone(before) as unknown as Facts;
  change(after);
  const context = {
    inventory: inventoryOf(now),
    base: base === undefined ? undefined : inventoryOf(base),
    month: "2026-11",
  };
  return findLostFacts(before, after as unknown as DeployedFacts, context).map((path) => path.join("."));
}

const retired = (region: string) => (written: string) =>
  written.replace(`${region}: { `, `${region}: { state: retired, `);

test("nothing is lost if nothing changes, or more is known", () => {
  expect(lost(() => {})).toEqual([]);
  expect(lost((facts) => Object.assign(facts.aws?.stores ?? {}, { registry: ["us-east-1"] }))).toEqual([]);
});

test("an address may change", () => {
  expect(lost((facts) => Object.assign(facts.google?.addresses ?? {}, { ipv4: "192.0.2.11" }))).toEqual([]);
});

describe("what is lost is reported once, where it begins", () => {
  test.each<[string, (facts: Facts) => void, readonly string[]]>([
    ["the file", (facts) => ["google", "aws"].map((key) => delete facts[key]), [""]],
    ["a provider", (facts) => delete facts.aws, ["aws"]],
    ["a host's record", (facts) => delete facts.aws?.targets?.["us-east-2"], ["aws.targets.us-east-2"]],
    ["a certificate's record", (facts) => delete facts.aws?.validations, ["aws.validations"]],
    ["all stores", (facts) => delete facts.aws?.stores, ["aws.stores"]],
    [
      "a store",
      (facts) => Object.assign(facts.aws?.stores ?? {}, { bucket: ["us-east-1"] }),
      ["aws.stores.bucket.eu-west-1"],
    ],
    ["a distribution", (facts) => delete facts.aws?.distributions, ["aws.distributions"]],
    ["the load balancer", (facts) => delete facts.google?.addresses, ["google.addresses"]],
    ["credits used in this month", (facts) => delete facts.google?.used, ["google.used"]],
    ["the project", (facts) => delete facts.google?.deployment?.project, ["google.deployment.project"]],
    [
      "another project",
      (facts) => Object.assign(facts.google?.deployment ?? {}, { project: "other" }),
      ["google.deployment.project"],
    ],
    [
      "another place of the state, which is a move",
      (facts) => Object.assign(facts.google?.deployment ?? {}, { state: "other" }),
      [],
    ],
  ])("%s", (_, change, expected) => {
    expect(lost(change)).toEqual(expected);
  });
});

describe("what a reviewed change explains is not lost", () => {
  const withoutStore = (facts: Facts) => Object.assign(facts.aws?.stores ?? {}, { bucket: ["us-east-1"] });

  test("a store that was retired in the base", () => {
    expect(lost(withoutStore, text, retired("eu-west-1")(text))).toEqual([]);
  });

  test("but not one that is retired in the same change", () => {
    expect(lost(withoutStore, retired("eu-west-1")(text))).toEqual(["aws.stores.bucket.eu-west-1"]);
    expect(lost(withoutStore, text, undefined)).toEqual(["aws.stores.bucket.eu-west-1"]);
  });

  test("a host that is gone", () => {
    const change = (facts: Facts) =>
      Object.assign(facts.aws?.targets ?? {}, { "us-east-2": { "registry.example.org": "d-a.example" } });
    expect(
      lost(change, text.replace("  dl.example.org: { serves: [files] }\n", "").replace("[images]", "[images, files]")),
    ).toEqual([]);
    expect(lost(change)).toEqual(["aws.targets.us-east-2.dl.example.org"]);
  });

  test("a region that the redirector left", () => {
    const left = text.replace("aws: [us-east-2, eu-west-1]", "aws: [eu-west-1]");
    expect(lost((facts) => delete facts.aws?.targets, left)).toEqual([]);
  });

  test("a zone that is no longer published there", () => {
    const change = (facts: Facts) => delete facts.google?.deployment?.zone;
    expect(lost(change, text.replace("[google, aws]", "[aws]"))).toEqual([]);
    expect(lost(change)).toEqual(["google.deployment.zone"]);
  });

  test("a provider that was emptied in the base, and nothing else of one that is gone", () => {
    const unused = text.replace("[google, aws]", "[google]").replace(/\n {4}aws: \[us-east-2, eu-west-1\]/, "");
    const inState = (state: string) => unused.replace("cloud: aws\n", `cloud: aws\n    state: ${state}\n`);
    const gone = unused.replace(/\n {2}aws:\n.+?(?=\n {2}azure:)/s, "");
    const change = (facts: Facts) => delete facts.aws;
    expect(lost(change, gone, inState("emptied"))).toEqual([]);
    expect(lost(change, gone, inState("retired"))).toEqual(["aws"]);
    expect(lost((facts) => delete facts.aws?.stores, inState("emptied"), inState("retired"))).toEqual([]);
    expect(lost((facts) => delete facts.aws?.stores, inState("emptied"), unused)).toEqual(["aws.stores"]);
  });
});

const word = fc.constantFrom("us-east-1", "eu-west-1", "us-east-2", "a", "b");
const facts = fc.record(
  {
    stores: fc.record({ bucket: fc.uniqueArray(word), registry: fc.uniqueArray(word) }),
    targets: fc.dictionary(word, fc.dictionary(word, word)),
    distributions: fc.dictionary(word, word),
    alias: word,
    used: fc.constant({ month: "2026-11", amount: 1 }),
  },
  { requiredKeys: [] },
);

test("law: a merge of any outputs loses nothing", () => {
  fc.assert(
    fc.property(
      fc.dictionary(word, facts),
      fc.array(fc.record({ provider: word, facts })),
      fc.boolean(),
      (written, outputs, isFilled) => {
        const reported = outputs.map(({ provider, facts: { used, ...others } }) => ({ provider, facts: others }));
        const merged = mergeDeployedFacts(stringify(written), reported, () => isFilled);
        const context = { inventory: small, base: undefined, month: "2026-11" };
        expect(findLostFacts(written as DeployedFacts, parse(merged.text) ?? {}, context)).toEqual([]);
      },
    ),
    runs(200),
  );
});
