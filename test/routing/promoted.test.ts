import fc from "fast-check";
import { decodeOverlay } from "../../overlay/decode-overlay";
import { encodeOverlay } from "../../overlay/encode-overlay";
import { imageKey } from "../../overlay/image-key";
import type { Overlay } from "../../overlay/overlay";
import type { OverlayContent } from "../../overlay/overlay-content";
import { allHeaders } from "../../routing/answer";
import type { Presence } from "../../routing/conditions";
import { explainDecision } from "../../routing/decision-explanation";
import { respond } from "../../routing/respond";
import type { TableMirror } from "../../routing/routing-table";
import { runs } from "../property-runs";
import { decided, request, todayOfTests, unaffiliated } from "./asking";
import { madeMirror, madeReplica, madeTable, origin } from "./handmade-table";

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
/** Promoted everywhere by promotions 5 and 9, to some mirrors only, and never. */
const [old, recent, limited, unknown] = ["a", "b", "c", "d"].map(digestOf) as [string, string, string, string];
/** Withdrawn from the repository `gone`, but promoted to `pause` as well. */
const [withdrawn, child] = ["e", "f"].map(digestOf) as [string, string];

function overlayOf(changes: Partial<OverlayContent> = {}): Overlay {
  const key = (digest: string) => imageKey("pause", digest);
  return decodeOverlay(
    encodeOverlay({
      issued: "2026-11-20T12:00:00Z",
      promoted: {
        covers: { images: ["pause", "gone", "k8s"], files: ["release"] },
        newest: 9,
        complete: { "bucket/a blobs": 8, "bucket/a files": 9, "registry/b registry": 8, "replica/c registry": 9 },
        objects: [
          { key: key(old), promotion: 5, isEverywhere: true },
          { key: key(recent), promotion: 9, isEverywhere: true },
          { key: key(limited), promotion: 5, isEverywhere: false },
          { key: key(withdrawn), promotion: 5, isEverywhere: true },
          { key: "release/v1/tool", promotion: 9, isEverywhere: true },
        ],
      },
      withdrawn: {
        images: [
          { repository: "gone", digest: withdrawn, tags: ["v1", "latest"], reason: 'it "loses"\u001b data' },
          { repository: "pause", tags: ["wrong"], reason: "set by mistake" },
        ],
        objects: [imageKey("gone", child)],
        files: [{ path: "release/v1/old", reason: "built\nwrongly" }],
      },
      ...changes,
    }),
  );
}

/** A bucket, a registry that serves blobs, and a trusted replica; each alone, so that it is the one that is asked. */
const bucket = madeMirror("bucket/a", { weight: 10 });
const registry = madeReplica("registry/b", { weight: 10 });
const inRegistry: TableMirror = { ...registry, blobs: `${registry.registry}/{name}/blobs/{digest}` };
const replica = madeReplica("replica/c", { weight: 10, trusted: true });

/** The decision if nothing is known about what mirrors hold, and whether the conditions said that an object is verified there. */
function outcome(target: string, mirror: TableMirror, overlay: Overlay | undefined, verified: Presence = "held") {
  const presence = (of: TableMirror, _: string, isVerified: boolean): Presence => {
    if (of.id === origin) return "held";
    return isVerified ? verified : "unknown";
  };
  const decision = decided(madeTable([mirror]), { target }, { today: todayOfTests, presence, overlay });
  const { status, grade, ask } = decision;
  return { to: decision.mirror, status, grade, asks: ask?.mirror.id, passedOver: decision.passedOver };
}

const blobOf = (digest: string, name = "pause") => `/v2/${name}/blobs/${digest}`;
const manifestOf = (reference: string, name = "pause") => `/v2/${name}/manifests/${reference}`;
const file = (path: string) => `/${path}`;

const atOnce = (to: string) => ({ to, status: 307, grade: "public", asks: undefined });
const asking = (asks: string) => ({ to: origin, status: 307, grade: "origin", asks });
const never = { to: origin, status: 307, grade: "not-promoted", asks: undefined };
const onlyOrigin = { to: origin, status: 307, grade: "origin", asks: undefined };

describe("who answers, by what was promoted", () => {
  test.each<[string, string, TableMirror, object]>([
    ["a blob up to the bucket's promotion", blobOf(old), bucket, atOnce("bucket/a")],
    ["a newer blob", blobOf(recent), bucket, asking("bucket/a")],
    ["a blob that goes to some mirrors only", blobOf(limited), bucket, asking("bucket/a")],
    ["a blob that was never promoted", blobOf(unknown), bucket, never],
    ["a blob of another repository", blobOf(old, "k8s/other"), bucket, never],
    ["a blob of a repository that the index does not cover", blobOf(old, "k8s-other"), bucket, asking("bucket/a")],
    ["a blob in a registry, up to the registry's promotion", blobOf(old), inRegistry, atOnce("registry/b")],
    ["a blob in a bucket beside a registry", blobOf(old), registry, asking("registry/b")],
    ["a file", file("release/v1/tool"), bucket, atOnce("bucket/a")],
    ["a file that was never promoted", file("release/v1/other"), bucket, never],
    ["a file outside of what the index covers", file("other/tool"), bucket, asking("bucket/a")],
    ["a name that only begins like a covered one", file("release-notes/tool"), bucket, asking("bucket/a")],
    ["a manifest by digest", manifestOf(old), replica, atOnce("replica/c")],
    ["a manifest that was never promoted", manifestOf(unknown), replica, never],
    ["a tag at a replica with the newest promotion", manifestOf("v1"), replica, atOnce("replica/c")],
    ["a signature there", manifestOf(`sha256-${"a".repeat(64)}.sig`), replica, atOnce("replica/c")],
    ["a tag at a replica without it", manifestOf("v1"), { ...inRegistry, trusted: true }, onlyOrigin],
    ["a tag of a repository that is not covered", manifestOf("v1", "other"), replica, asking("replica/c")],
    ["a checksum", file("release/v1/tool.sha256"), { ...bucket, trusted: true }, asking("bucket/a")],
  ])("%s", (_, target, mirror, expected) => {
    expect(outcome(target, mirror, overlayOf())).toMatchObject(expected);
  });

  test.each<[string, string, TableMirror, object]>([
    ["a blob", blobOf(unknown), bucket, asking("bucket/a")],
    ["a file", file("release/v1/other"), bucket, asking("bucket/a")],
    ["a tag", manifestOf("v1"), replica, asking("replica/c")],
  ])("without an overlay, or with one without an index, mirrors are asked: %s", (_, target, mirror, expected) => {
    expect(outcome(target, mirror, undefined)).toMatchObject(expected);
    const nothing = { images: [], objects: [], files: [] };
    const bare = decodeOverlay(encodeOverlay({ issued: "2026-11-20T12:00:00Z", withdrawn: nothing }));
    expect(outcome(target, mirror, bare)).toMatchObject(expected);
  });

  test("an unhealthy mirror gets nobody, whatever is verified there", () => {
    const expected = { ...onlyOrigin, passedOver: "bucket/a" };
    expect(outcome(blobOf(old), bucket, overlayOf(), "unreachable")).toEqual(expected);
  });

  test("what is not promoted is not kept by caches, because it may be at any moment", () => {
    const conditions = { today: todayOfTests, presence: () => "unknown" as const, overlay: overlayOf() };
    const { answer } = respond(madeTable([bucket]), request({ target: blobOf(unknown) }), conditions);
    expect(allHeaders(answer)).toMatchObject({ "Cache-Control": "no-store" });
  });

  test("an overlay cannot add mirrors", () => {
    const complete = { "evil/x blobs": 9, "bucket/a blobs": 9 };
    const promoted = { covers: { images: [""], files: [""] }, newest: 9, complete, objects: [] };
    expect(outcome(blobOf(old), bucket, overlayOf({ promoted }))).toMatchObject(never);
  });

  test("whatever an overlay says, clients and questions only go to hosts of the table", () => {
    const table = madeTable([bucket, inRegistry, replica]);
    const urls = table.content.mirrors.flatMap(({ registry: base, blobs, files }) => [base, blobs, files]);
    const hosts = new Set(urls.filter((url) => url !== undefined).map((url) => new URL(url).host));
    const name = fc.constantFrom("pause", "gone", "evil.example", "k8s/a");
    const path = fc.constantFrom("release", "release/v1/tool", "//evil.example", "https://evil.example/x", "");
    const digest = fc.constantFrom(old, recent, unknown);
    const store = fc.constantFrom(
      "bucket/a blobs",
      "registry/b registry",
      "replica/c registry",
      "evil.example/x files",
    );
    const key = fc.oneof(
      path,
      fc.tuple(name, digest).map(([repository, each]) => imageKey(repository, each)),
    );
    const overlay = fc.record({
      covers: fc.record({ images: fc.array(name), files: fc.array(path) }),
      complete: fc.dictionary(store, fc.nat(9)),
      objects: fc.array(fc.record({ key, promotion: fc.integer({ min: 1, max: 9 }), isEverywhere: fc.boolean() })),
    });
    const withdrawals = fc.record({
      images: fc.array(fc.record({ repository: fc.constant("gone"), digest, reason: fc.string() })),
      objects: fc.constant([]),
      files: fc.array(fc.record({ path, reason: fc.string({ unit: "binary" }) })),
    });
    const target = fc.constantFrom(
      ...[old, recent, unknown].flatMap((each) => [blobOf(each), manifestOf(each, "gone")]),
      "/release/v1/tool",
      "/evil.example/x",
      manifestOf("v1"),
    );
    const presences = fc.constantFrom<Presence>("held", "absent", "unreachable", "unknown");
    fc.assert(
      fc.property(overlay, withdrawals, target, presences, (promoted, withdrawn, asked, presence) => {
        const bytes = encodeOverlay({
          issued: "2026-11-20T12:00:00Z",
          promoted: { ...promoted, newest: 9 },
          withdrawn,
        });
        const conditions = { today: todayOfTests, presence: () => presence, overlay: decodeOverlay(bytes) };
        const { answer, decision } = respond(table, request({ target: asked }), conditions);
        if (answer.location !== undefined) expect(hosts).toContain(new URL(answer.location).host);
        else expect([404, 410]).toContain(answer.status);
        expect(decision.ask === undefined || hosts.has(new URL(decision.ask.url).host)).toBe(true);
      }),
      runs(300),
    );
  });

  test("a mirror that is not deployed gets nobody, even if the overlay calls it complete", () => {
    const { blobs, ...undeployed } = bucket;
    const planned = { ...undeployed, planned: { blobs: blobs ?? null } };
    expect(outcome(blobOf(old), planned, overlayOf())).toMatchObject(onlyOrigin);
  });
});

function answerOf(target: string, method = "GET") {
  const conditions = { today: todayOfTests, presence: () => "held" as const, overlay: overlayOf() };
  return respond(madeTable([bucket]), request({ target, method }), conditions);
}

const reason = 'it "loses"\\u001b data';

describe("what was withdrawn", () => {
  test.each<[string, string, number, string | undefined, string]>([
    [
      "a manifest by digest",
      manifestOf(withdrawn, "gone"),
      404,
      "MANIFEST_UNKNOWN",
      `This image was withdrawn: ${reason}`,
    ],
    ["its tag", manifestOf("latest", "gone"), 404, "MANIFEST_UNKNOWN", `This image was withdrawn: ${reason}`],
    [
      "its signature",
      manifestOf(`sha256-${"e".repeat(64)}.sig`, "gone"),
      404,
      "MANIFEST_UNKNOWN",
      `This image was withdrawn: ${reason}`,
    ],
    ["a child's manifest", manifestOf(child, "gone"), 404, "MANIFEST_UNKNOWN", "This image was withdrawn."],
    ["a blob", blobOf(child, "gone"), 404, "BLOB_UNKNOWN", "This blob was withdrawn."],
    ["a tag alone", manifestOf("wrong"), 404, "MANIFEST_UNKNOWN", "This image was withdrawn: set by mistake"],
    ["a file", file("release/v1/old"), 410, undefined, "This file was withdrawn: built\\u000awrongly"],
    ["a file in other letters", "/release//v1/./%6fld", 410, undefined, "This file was withdrawn: built\\u000awrongly"],
    [
      "its list of mirrors",
      "/release/v1/old?mirrorlist",
      410,
      undefined,
      "This file was withdrawn: built\\u000awrongly",
    ],
  ])("%s", (_, target, status, code, message) => {
    const { answer } = answerOf(target);
    expect(answer.status).toBe(status);
    const headers = allHeaders(answer);
    expect(headers).toMatchObject({ "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*" });
    expect(headers).not.toHaveProperty("Location");
    if (code === undefined) {
      expect(headers["Content-Type"]).toBe("text/plain; charset=utf-8");
      expect(answer.body).toBe(`${message}\n`);
    } else {
      expect(headers["Docker-Distribution-Api-Version"]).toBe("registry/2.0");
      expect(JSON.parse(answer.body)).toEqual({ errors: [{ code, message }] });
    }
    expect(answerOf(target, "HEAD").answer.status).toBe(status);
  });

  test.each<[string, string, number]>([
    ["the same digest in another repository", manifestOf(withdrawn), 307],
    ["another tag of the repository", manifestOf("v2", "gone"), 307],
    ["the same tag of another repository", manifestOf("latest"), 307],
    ["a list of tags", "/v2/gone/tags/list", 307],
    ["a list of referrers", `/v2/gone/referrers/${withdrawn}`, 307],
    ["a file below its path", file("release/v1/old/x"), 307],
    ["its checksum", file("release/v1/old.sha256"), 307],
    ["its directory", file("release/v1/"), 307],
  ])("nothing else: %s", (_, target, status) => {
    expect(answerOf(target).answer.status).toBe(status);
  });

  test.each(["POST", "OPTIONS"])("other methods are answered as for any object: %s", (method) => {
    expect(answerOf(manifestOf(withdrawn, "gone"), method).answer.status).toBe(method === "POST" ? 405 : 204);
  });
});

describe("explanations", () => {
  const explained = (target: string, mirror: TableMirror) => {
    const presence = () => "held" as const;
    const conditions = { today: todayOfTests, presence, overlay: overlayOf() };
    return explainDecision(madeTable([mirror]), request({ target, address: unaffiliated }), conditions);
  };

  test.each<[string, string, TableMirror, RegExp]>([
    ["verified", blobOf(old), bucket, /is verified up to promotion 5$/],
    ["never promoted", blobOf(unknown), bucket, /does not have it: it was never promoted$/],
    [
      "old tags",
      manifestOf("v1"),
      { ...inRegistry, trusted: true },
      /not verified up to promotion 9, so its tags may be old$/,
    ],
  ])("name the promotion: %s", (_, target, mirror, words) => {
    expect(explained(target, mirror).reasons.find((each) => each.mirror === mirror.id)?.reason).toMatch(words);
  });

  test("say why an artifact was withdrawn", () => {
    expect(explained(file("release/v1/old"), bucket)).toMatchObject({
      status: 410,
      withdrawn: "built\nwrongly",
      reasons: [],
    });
  });

  test("a list of mirrors has only the origin of what was never promoted, and those that are verified", () => {
    const listed = (path: string) => {
      const presence = (of: TableMirror, _: string, isVerified: boolean) =>
        of.id === origin || isVerified ? ("held" as const) : ("unknown" as const);
      const conditions = { today: todayOfTests, presence, overlay: overlayOf() };
      const { answer } = respond(madeTable([bucket]), request({ target: `/${path}?mirrorlist` }), conditions);
      return (JSON.parse(answer.body) as { mirrors: { mirror: string }[] }).mirrors.map(({ mirror }) => mirror);
    };
    expect(listed("release/v1/other")).toEqual([origin]);
    expect(listed("release/v1/tool")).toEqual(["bucket/a", origin]);
  });
});
