import type { DeployedFacts } from "../../facts/deployed-facts";
import type { Inventory } from "../../inventory/inventory";
import { parseAddress } from "../../networks/parsed-address";
import { asIfListed } from "../../routing/as-if-listed";
import { explain } from "../../routing/explain";
import { originGaps } from "../../routing/origin-gaps";
import { respond } from "../../routing/respond";
import type { RoutingTable } from "../../routing/routing-table";
import { allHeld, request } from "./asking";
import { madeMirror, madeReplica, madeTable } from "./handmade-table";
import { allListed, fixture, inventoryOf, tableOf } from "./tables";

const small = inventoryOf(fixture("small"));
const listed = allListed(small);
const distributions = { "eu-west-1": "d111111abcdef8.cloudfront.net" };
const digest = `sha256:${"a".repeat(64)}`;
/** No mirror has been asked yet. */
const unasked = { ...allHeld, presence: () => "unknown" as const };
const blob = `/v2/pause/blobs/${digest}`;
const inParis = "35.180.1.1";
const atAzure = "20.50.2.1";

/** All of `small` is deployed, but perhaps one store is not listed. */
function without(provider?: string, kind?: "bucket" | "registry", region?: string): DeployedFacts {
  const facts = allListed(small, { aws: { distributions } });
  if (provider === undefined || kind === undefined) return facts;
  const { stores, ...others } = facts[provider] ?? {};
  const kept = stores?.[kind]?.filter((each) => each !== region) ?? [];
  return { ...facts, [provider]: { ...others, stores: { ...stores, [kind]: kept } } };
}

function ask(table: RoutingTable, target: string, address = inParis, host = "127.0.0.1", conditions = allHeld) {
  return respond(table, { method: "GET", target, host, address: parseAddress(address) }, conditions);
}

function mirrorOf(table: RoutingTable, id: string) {
  return table.content.mirrors.find((mirror) => mirror.id === id);
}

describe("a store that deployed.yaml does not list gets no clients", () => {
  test.each([
    ["S3, direct", "aws", "bucket", "us-east-1", "18.204.0.1"],
    ["S3, behind CloudFront", "aws", "bucket", "eu-west-1", inParis],
    ["Cloud Storage", "google", "bucket", "europe-west1", "35.195.0.1"],
    ["Azure", "azure", "bucket", "westeurope", atAzure],
  ] as const)("%s", (_, provider, kind, region, address) => {
    const id = `${provider}/${region}`;
    const before = tableOf(small, without());
    const after = tableOf(small, without(provider, kind, region));
    expect(ask(before, "/release/a", address).decision.mirror).toBe(id);
    const { decision, answer } = ask(after, "/release/a", address);
    expect(decision.mirror).not.toBe(id);
    expect(JSON.stringify(answer)).not.toContain(mirrorOf(before, id)?.files?.replace("{path}", "") ?? "nowhere");
    const [reason] = explain(
      after,
      { method: "GET", target: "/release/a", host: "127.0.0.1", address: parseAddress(address) },
      allHeld,
    ).reasons.filter(({ mirror }) => mirror === id);
    expect(reason).toEqual({
      mirror: id,
      chosen: false,
      reason: "is not deployed yet: its store is not in the `stores` of deployed.yaml",
    });
  });

  test("and is not probed", () => {
    const table = tableOf(small, {});
    const { decision } = ask(table, blob, inParis, "127.0.0.1", unasked);
    expect(decision.ask?.mirror.id).not.toMatch(/^(aws|google|azure)\//);
  });

  test("bucket and registry of one mirror count separately", () => {
    const id = "google/europe-west1";
    const registry = "https://europe-west1-docker.pkg.dev/v2/artifacts-example/images";
    const bucket = "https://storage.googleapis.com/artifacts-gcp-europe-west1";
    const only = (...store: Parameters<typeof without>) => mirrorOf(tableOf(small, without(...store)), id);
    expect(only("google", "registry", "europe-west1")).toMatchObject({
      blobs: `${bucket}/containers/images/{digest}`,
      files: `${bucket}/{path}`,
      planned: { registry, blobs: `${registry}/{name}/blobs/{digest}` },
    });
    expect(only("google", "bucket", "europe-west1")).toMatchObject({
      registry,
      blobs: `${registry}/{name}/blobs/{digest}`,
      planned: { files: `${bucket}/{path}` },
    });
    expect(only()?.planned).toBeUndefined();
  });

  test("behind CloudFront the domain is also required", () => {
    const table = tableOf(small, listed);
    const [reason] = explain(
      table,
      { method: "GET", target: blob, host: "127.0.0.1", address: parseAddress(inParis) },
      allHeld,
    ).reasons.filter(({ mirror }) => mirror === "aws/eu-west-1");
    expect(reason?.reason).toBe(
      "is not deployed yet: its CloudFront domain is not in `distributions` in deployed.yaml",
    );
    expect(mirrorOf(table, "aws/eu-west-1")?.planned).toEqual({ blobs: null, files: null });
  });

  test("external mirrors need no listing, and retired ones are retired", () => {
    const retired = inventoryOf(fixture("small").replace("eastus: { ", "eastus: { state: retired, "));
    const { reasons } = explain(tableOf(retired, {}), request({ target: "/a" }), allHeld);
    expect(reasons.find(({ mirror }) => mirror === "azure/eastus")?.reason).toBe("is retired");
    expect(reasons.filter(({ object }) => object).map(({ mirror }) => mirror)).toEqual(
      expect.arrayContaining(["store/germany"]),
    );
  });
});

describe("for trials, as if listed", () => {
  test("a table without facts becomes the table of all stores, except CloudFront's names", () => {
    const trial = asIfListed(tableOf(small, {}));
    const real = tableOf(small, listed);
    expect(trial.content).toEqual(real.content);
    expect(ask(trial, blob, atAzure).decision.mirror).toBe("azure/westeurope");
  });

  test("results for the previous table are not reused", () => {
    const table = tableOf(small, {});
    expect(ask(table, "/a", atAzure).decision.mirror).not.toBe("azure/westeurope");
    expect(ask(asIfListed(table), "/a", atAzure).decision.mirror).toBe("azure/westeurope");
  });

  test("leaves a fully deployed table unchanged", () => {
    const table = tableOf(small, without());
    expect(asIfListed(table)).toBe(table);
  });
});

describe("an origin that is not deployed yet", () => {
  const fields = (origin: string, provider: string, serves: string) => `
project: { name: artifacts, contact: infra@example.org, info: https://example.org/a, privacy: https://example.org/p }
hosts: { one.example.org: { serves: ${serves} } }
dns: { zone: example.org, published-at: [] }
redirector: { image: "${image}", runs-at: { ${origin.split("/")[0]}: [${origin.split("/")[1]}] } }
origin: ${origin}
providers: { ${provider} }
`;
  const image = `us-docker.pkg.dev/p/r/i@sha256:${"e".repeat(64)}`;
  const atGoogle = inventoryOf(
    fields(
      "google/us-central1",
      "google: { cloud: google, project: artifacts-example, mirrors: { us-central1: { registry: {}, bucket: {} } } }",
      "[images, files]",
    ),
  );
  const behindCloudFront = inventoryOf(
    fields(
      "aws/us-east-2",
      'aws: { cloud: aws, account: "123456789012", mirrors: { us-east-2: { bucket: {} } } }',
      "[files]",
    ),
  );
  const everything: readonly (readonly [Inventory, string])[] = [
    [atGoogle, "/v2/pause/manifests/3.9"],
    [atGoogle, blob],
    [atGoogle, "/v2/pause/tags/list"],
    [atGoogle, `/v2/pause/referrers/${digest}`],
    [atGoogle, "/release/a"],
    [atGoogle, "/release/a.sha256"],
    [behindCloudFront, "/release/a"],
    [behindCloudFront, "/release/a?mirrorlist"],
    [behindCloudFront, "/release/a?mirrorlist=meta4"],
    [behindCloudFront, "/release/"],
  ];

  test.each(everything)("%#: 503 with Retry-After", (inventory, target) => {
    const { answer, decision } = ask(tableOf(inventory, {}), target);
    expect(answer).toMatchObject({ status: 503, headers: { "Retry-After": "60", "Cache-Control": "no-store" } });
    expect([decision.mirror, decision.location]).toEqual([undefined, undefined]);
    const isImage = target.startsWith("/v2/");
    expect(answer.headers["Content-Type"]).toMatch(isImage ? /^application\/json$/ : /^text\/plain/);
    if (isImage) expect(JSON.parse(answer.body).errors[0].code).toBe("UNAVAILABLE");
    expect(answer.body).toContain("its origin is not deployed yet");
  });

  test("pages, pings and refusals do not change", () => {
    const table = tableOf(atGoogle, {});
    const statuses = ["/", "/v2/", "/v2/UPPER/manifests/a"].map((target) => ask(table, target).answer.status);
    expect(statuses).toEqual([307, 200, 400]);
  });

  test("other mirrors' content is still served", () => {
    const cdn = madeMirror("cdn/everywhere", { weight: 10, complete: true });
    const origin = { ...madeReplica("google/us-central1"), registry: undefined, blobs: undefined, files: undefined };
    const { registry, blobs, files, ...undeployed } = origin;
    const table = madeTable([cdn, { ...undeployed, planned: { files: "https://o.example.net/{path}" } }]);
    expect(ask(table, "/release/a").decision.mirror).toBe("cdn/everywhere");
    expect(ask(table, "/release/a.sha256").answer.status).toBe(503);
    const unsure = ask(table, "/release/a", inParis, "127.0.0.1", unasked).decision;
    expect([unsure.status, unsure.ask?.mirror.id]).toEqual([503, "cdn/everywhere"]);
  });

  test.each<[string, Inventory, DeployedFacts, ReturnType<typeof originGaps>]>([
    [
      "Google, nothing listed",
      atGoogle,
      {},
      [
        { kind: "files", awaits: "deployment" },
        { kind: "images", awaits: "deployment" },
      ],
    ],
    [
      "Google, the bucket listed",
      atGoogle,
      { google: { stores: { bucket: ["us-central1"] } } },
      [{ kind: "images", awaits: "deployment" }],
    ],
    ["Google, all listed", atGoogle, allListed(atGoogle), []],
    [
      "CloudFront, only listed",
      behindCloudFront,
      allListed(behindCloudFront),
      [{ kind: "files", awaits: "deployment" }],
    ],
    [
      "CloudFront, only named",
      behindCloudFront,
      { aws: { distributions: { "us-east-2": "d1.cloudfront.net" } } },
      [{ kind: "files", awaits: "deployment" }],
    ],
    [
      "CloudFront, listed and named",
      behindCloudFront,
      { aws: { distributions: { "us-east-2": "d1.cloudfront.net" }, stores: { bucket: ["us-east-2"] } } },
      [],
    ],
  ])("what it lacks: %s", (_, inventory, facts, gaps) => {
    expect(originGaps(tableOf(inventory, facts))).toEqual(gaps);
  });

  test("a table whose origin can never serve says so", () => {
    const { files, ...origin } = madeReplica("google/us-central1", { trusted: true });
    expect(originGaps(madeTable([origin]))).toEqual([{ kind: "files", awaits: "nothing" }]);
  });
});
