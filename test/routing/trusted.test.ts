import { answer } from "../../routing/answer";
import type { TableMirror } from "../../routing/routing-table";
import { blob, clients, decided, known } from "./asking";
import { madeMirror, madeReplica, madeTable, origin } from "./handmade-table";

const hex = "da86e6ba6ca197bf6bc5e9d900febd906b133eaa4750e6bed647b0fbe50ed43e";
const ofRegistry = {
  "a tag": "/v2/pause/manifests/v1",
  "a digest": `/v2/pause/manifests/sha256:${hex}`,
  "a signature": `/v2/pause/manifests/sha256-${hex}.sig`,
  "an attestation": `/v2/pause/manifests/sha256-${hex}.att`,
  "an SBOM": `/v2/pause/manifests/sha256-${hex}.sbom`,
  "a referrers tag": `/v2/pause/manifests/sha256-${hex}`,
} as const;
const lists = {
  referrers: `/v2/pause/referrers/sha256:${hex}`,
  "a list of tags": "/v2/pause/tags/list",
} as const;
const ofFiles = { "a checksum": "/bin/kubectl.sha256", "a pointer": "/release/stable.txt" } as const;
const directories = { "a directory": "/release/" } as const;
const everything = { ...ofRegistry, ...lists, ...ofFiles, ...directories };

/** Which mirror answers each of these to an unaffiliated client. */
function answering(mirrors: readonly TableMirror[], targets: Record<string, string>, address = "192.0.2.1") {
  const table = madeTable(mirrors);
  return new Set(Object.values(targets).map((target) => decided(table, { target, address }).mirror));
}

describe("which mirrors may answer requests for unverified content", () => {
  test.each<[string, Partial<TableMirror>, Record<string, string>, string]>([
    [
      "a trusted replica: content that is requested by name",
      { trusted: true },
      { ...ofRegistry, ...ofFiles },
      "replica/one",
    ],
    ["but no lists, unless it is complete", { trusted: true }, { ...lists, ...directories }, origin],
    ["a complete one: lists as well", { trusted: true, complete: true }, everything, "replica/one"],
    ["no mirror that is only complete", { complete: true }, everything, origin],
    ["no draining mirror", { trusted: true, complete: true, state: "draining" }, everything, origin],
    ["no retired mirror", { trusted: true, complete: true, state: "retired" }, everything, origin],
    [
      "no mirror without weight, for unaffiliated clients",
      { trusted: true, complete: true, weight: 0 },
      everything,
      origin,
    ],
  ])("%s", (_, changes, targets, mirror) => {
    expect(answering([madeReplica("replica/one", { weight: 10, ...changes })], targets)).toEqual(new Set([mirror]));
  });

  test("a replica without a registry answers files, and one without files images", () => {
    const trusted = { weight: 10, trusted: true, complete: true };
    const files = madeMirror("replica/files", trusted);
    const { files: _, ...images } = madeReplica("replica/images", trusted);
    expect(answering([files, images], { ...ofRegistry, ...lists })).toEqual(new Set(["replica/images"]));
    expect(answering([files, images], { ...ofFiles, ...directories })).toEqual(new Set(["replica/files"]));
  });
});

describe("what one answer advertises resolves in the next (kubernetes/registry.k8s.io#324)", () => {
  const trusted = { weight: 10, trusted: true, complete: true };
  const replicas = ["a/one", "b/two", "c/three"].map((id) => madeReplica(id, trusted));

  test("a client gets tag, digest, signature, referrers and tags from one mirror, and also checksums and directories", () => {
    const places = clients(60).map((address) => {
      const met = answering(replicas, everything, address);
      expect(met.size).toBe(1);
      return [...met][0];
    });
    expect(new Set(places)).toEqual(new Set(["a/one", "b/two", "c/three"]));
  });

  test("a client of the replica's provider, too", () => {
    const own = { "198.51.100.0/24": { provider: "a" } };
    const table = madeTable([...replicas, madeReplica("a/other", trusted)], own);
    const met = Object.values(everything).map((target) => decided(table, { target, address: "198.51.100.1" }).mirror);
    expect(new Set(met).size).toBe(1);
    expect(met[0]).toMatch(/^a\//);
  });

  test("blobs are still shared by their digests", () => {
    const table = madeTable(replicas);
    const met = Array.from({ length: 60 }, (_, number) => decided(table, { target: blob(number) }).mirror);
    expect(new Set(met).size).toBe(3);
  });
});

describe("without replicas", () => {
  const table = madeTable([madeReplica("cdn/everywhere", { weight: 10, complete: true })], {
    "198.51.100.0/24": { provider: "cdn", region: "somewhere" },
  });

  test.each(Object.entries(everything))("%s is the same for all clients, and may be cached", (_, target) => {
    const [one, ...others] = ["192.0.2.1", "198.51.100.1", "2001:db8::1", "garbage"].map((address) =>
      decided(table, { target, address }, known({ [origin]: "unreachable" })),
    );
    for (const other of others) expect(other).toEqual(one);
    expect(one).toMatchObject({ mirror: origin, grade: "origin-only", personal: false, network: {} });
    expect(one && answer(one).headers["Cache-Control"]).toBe("public, max-age=300");
  });

  test("with a replica, every answer is for one client only, and must not be cached", () => {
    const replicated = madeTable([madeReplica("aws/a", { weight: 1, trusted: true })]);
    for (const target of Object.values(everything)) {
      const decision = decided(replicated, { target });
      expect(decision.personal).toBe(true);
      expect(answer(decision).headers).toMatchObject({ "Cache-Control": "no-store", Vary: "*" });
    }
  });
});
