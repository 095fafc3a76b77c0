import { formatImages } from "../../../promotion/manifests/format-images";
import { parseSnapshotPlace } from "../../../promotion/manifests/parse-snapshot-place";
import { snapshotBucket } from "../../../promotion/manifests/snapshot-bucket";
import { snapshotRegistry } from "../../../promotion/manifests/snapshot-registry";
import { bodyOf } from "../../../stores/http/exchange";
import { jsonAnswer } from "../../../stores/local/local-answer";
import { createJsonContent, digestOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { runMirrorform } from "../../cli/run-mirrorform";
import { MemoryBucket } from "../../stores/memory-bucket";
import { MemoryRegistry } from "../../stores/registry/memory-registry";

test.each<[string, object | undefined]>([
  ["gcr.io/k8s-staging-kops/", { kind: "registry", host: "gcr.io", root: "k8s-staging-kops" }],
  ["localhost:5000", { kind: "registry", host: "localhost:5000", root: "" }],
  ["gs://k8s-staging-kops/kops/releases", { kind: "google", bucket: "k8s-staging-kops", prefix: "kops/releases/" }],
  ["gs://k8s_staging", { kind: "google", bucket: "k8s_staging", prefix: "" }],
  ["s3://releases/a/?region=eu-west-1", { kind: "s3", bucket: "releases", prefix: "a/", region: "eu-west-1" }],
  [
    "s3://releases?region=auto&endpoint=https://s3.example.org",
    { kind: "s3", bucket: "releases", prefix: "", region: "auto", endpoint: "https://s3.example.org" },
  ],
  [
    "https://mirror1.blob.core.windows.net/files/a/b",
    { kind: "azure", account: "mirror1", container: "files", prefix: "a/b/" },
  ],
  ["s3://releases/a", undefined],
  ["https://mirror1.blob.core.windows.net/", undefined],
  ["https://example.org/files", undefined],
  ["http://mirror1.blob.core.windows.net/files", undefined],
  ["gs://bucket/%ff", undefined],
  ["foo/bar", undefined],
  ["gcr.io/Foo", undefined],
  ["", undefined],
])("the place %s", (text, place) => {
  expect(parseSnapshotPlace(text)).toEqual(place);
});

describe("a registry", () => {
  const registry = new MemoryRegistry();
  const manifest = (name: string) => createJsonContent(mediaTypes.manifest, { schemaVersion: 2, name });
  const [one, two, signature] = [manifest("one"), manifest("two"), manifest("signature")];
  const expected = formatImages(
    new Map([
      ["deep/tool", new Map([[two.digest, ["v1"]]])],
      ["pause", new Map([[one.digest, ["3", "3.9"]]])],
    ]),
  );

  beforeAll(async () => {
    await registry.start();
    registry.tag("stage/pause", one, "3.9", "3");
    registry.tag("stage/pause", signature, `${one.digest.replace(":", "-")}.sig`);
    registry.tag("stage/deep/tool", two, "v1");
    registry.tag("other/tool", two, "v9");
  });
  afterAll(() => registry.stop());
  afterEach(() => {
    registry.instead = () => undefined;
    registry.listsDigests = false;
  });

  const take = (root: string) =>
    snapshotRegistry({ host: registry.host, root, findLogin: async () => undefined, pauses: [] });

  const catalog = (...pages: readonly (readonly string[])[]) => {
    registry.instead = ({ path }) => {
      const url = new URL(path, "http://registry");
      if (url.pathname !== "/v2/_catalog") return undefined;
      const page = Number(url.searchParams.get("page") ?? 0);
      const more = page + 1 < pages.length;
      return jsonAnswer(
        { repositories: pages[page] },
        more ? { Link: `</v2/_catalog?page=${page + 1}>; rel="next"` } : {},
      );
    };
  };

  test("with a catalog: repositories below the path, without signatures", async () => {
    catalog(["other/tool", "stage/pause"], ["stage/deep/tool", "stage2/x"]);
    expect(formatImages(await take("stage"))).toBe(expected);
  });

  test("that lists children and digests, as Google's do", async () => {
    const untagged = manifest("untagged");
    registry.listsDigests = true;
    registry.tag("stage/pause", untagged);
    const children: Readonly<Record<string, readonly string[]>> = { stage: ["deep", "pause"], "stage/deep": ["tool"] };
    registry.instead = ({ path }) => {
      const [, name = ""] = /^\/v2\/(.*)\/tags\/list/.exec(path) ?? [];
      return children[name] && jsonAnswer({ name, tags: [], manifest: {}, child: children[name] });
    };
    const images = await take("stage");
    registry.manifests.delete(`stage/pause ${untagged.digest}`);
    expect([...images.keys()].sort()).toEqual(["deep/tool", "pause"]);
    expect(Object.fromEntries(images.get("pause") ?? [])).toEqual({
      [one.digest]: ["3.9", "3"],
      [untagged.digest]: [],
    });
  });

  test("without either: the path is one repository", async () => {
    expect(Object.fromEntries((await take("stage/deep/tool")).get("tool") ?? [])).toEqual({ [two.digest]: ["v1"] });
    expect(await take("stage")).toEqual(new Map());
    await expect(take("")).rejects.toThrow("does not list its repositories");
  });

  test("a catalog with something that is not a repository is refused", async () => {
    catalog(["../etc"]);
    await expect(take("stage")).rejects.toThrow('lists "../etc", which is not a repository');
  });

  test("the command prints the manifest, and fails if there is nothing", async () => {
    catalog(["stage/pause", "stage/deep/tool"]);
    expect(await runMirrorform(["promote", "snapshot", `${registry.host}/stage`])).toEqual({
      status: 0,
      stdout: expected,
      stderr: `${registry.host}/stage: 2 images, 2 digests\n`,
    });
    expect(await runMirrorform(["promote", "snapshot", `${registry.host}/none`])).toMatchObject({
      status: 1,
      stdout: "",
      stderr: `${registry.host}/none: there are no images\n`,
    });
    expect((await runMirrorform(["promote", "snapshot", "s3://bucket"])).stderr).toMatch(/^REGISTRY\|BUCKET must be /);
  });
});

describe("a bucket", () => {
  async function fill(bucket: MemoryBucket) {
    for (const key of ["a/v1/tool", "a/v1/", "a/b c", "ab", "a/v0/tool"]) {
      const bytes = Buffer.from(key);
      await bucket.put(key, bodyOf(bytes), { sha256: digestOf(bytes).slice(7) });
    }
    bucket.requests.length = 0;
  }
  const sha = (text: string) => digestOf(Buffer.from(text)).slice(7);

  test.each([
    ["with checksums of its own is only listed", ["sha256"], 0],
    ["without them is read", ["md5"], 2],
  ] as const)("%s", async (_case, checksums, reads) => {
    const bucket = new MemoryBucket({ checksums, listsRecorded: true, pageSize: 2 });
    await fill(bucket);
    const names: string[] = [];
    const snapshot = await snapshotBucket(bucket, "a/", (name) => names.push(name));
    expect(Object.fromEntries(snapshot.checksums)).toEqual({
      "v0/tool": sha("a/v0/tool"),
      "v1/tool": sha("a/v1/tool"),
    });
    expect(snapshot.skipped).toEqual(["a/b c"]);
    expect(names.sort()).toEqual(["v0/tool", "v1/tool"]);
    expect(bucket.requests.filter(({ method }) => method === "open")).toHaveLength(reads);
  });
});
