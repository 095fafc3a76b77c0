import { buffer } from "node:stream/consumers";
import { bodyOf } from "../../../stores/http/exchange";
import { type Content, createContent, createJsonContent, descriptorOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { Repository } from "../../../stores/registry/repository";
import { MemoryRegistry } from "./memory-registry";

let registry: MemoryRegistry;
let repository: Repository;

beforeEach(async () => {
  registry = await new MemoryRegistry().start();
  repository = new Repository({
    host: registry.host,
    name: "images/pause",
    access: "push",
    findLogin: async () => undefined,
    wait: async () => {},
  });
});

afterEach(() => registry.stop());

const blob = createContent(mediaTypes.layer, Buffer.alloc(300_000, "layer"));
const descriptor = descriptorOf(blob);

function manifestOf(members: object): Content {
  return createJsonContent(mediaTypes.manifest, { schemaVersion: 2, ...members });
}

const subject = manifestOf({ config: { mediaType: mediaTypes.config } });

function signatureOf(text: string): Content {
  return manifestOf({
    artifactType: "application/vnd.example.signature",
    annotations: { text },
    subject: descriptorOf(subject),
  });
}

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[][]> {
  const found: T[][] = [];
  for await (const page of pages) found.push([...page]);
  return found;
}

describe("blobs", () => {
  test("are there after an upload, with their size", async () => {
    expect(await repository.headBlob(blob.digest)).toBeUndefined();
    await repository.upload(blob.digest, bodyOf(blob.bytes));
    expect(await repository.headBlob(blob.digest)).toBe(300_000);
    await repository.confirmBlob(blob.digest, 300_000);
  });

  test.each([true, false])("are read from an offset; a server with ranges: %p", async (ranges) => {
    registry.hold("images/pause", blob);
    registry.ranges = ranges;
    for (const from of [0, 1, 299_999, 300_000]) {
      const part = await buffer(await repository.openBlob(descriptor, { from }));
      expect(part.equals(blob.bytes.subarray(from))).toBe(true);
    }
  });

  test("are removed", async () => {
    registry.hold("images/pause", blob);
    await repository.removeBlob(blob.digest);
    expect(await repository.has(blob.digest)).toBe(false);
    await repository.removeBlob(blob.digest);
  });
});

describe("manifests", () => {
  test("are found by digest and tag", async () => {
    await repository.put(subject);
    await repository.put(subject, "3.9");
    const facts = { digest: subject.digest, size: subject.bytes.length, mediaType: mediaTypes.manifest };
    expect(await repository.headManifest("3.9")).toEqual(facts);
    expect(await repository.findManifest("3.9")).toEqual(subject);
    registry.namesDigests = false;
    expect(await repository.headManifest("3.9")).toEqual(facts);
    expect(await repository.headManifest("3.8")).toBeUndefined();
    expect(await repository.findManifest("3.8")).toBeUndefined();
    await expect(repository.getManifest("3.8")).rejects.toMatchObject({ fault: "absent" });
    await repository.confirmManifest(subject.digest, "3.9");
  });

  test("a digest that the registry does not vouch for is looked at; another one is an error", async () => {
    registry.namesDigests = false;
    registry.changed = ({ method, path }, answer) =>
      path.includes("/manifests/")
        ? { ...answer, status: 200, body: Buffer.from(method === "HEAD" ? "" : "<html>") }
        : answer;
    await expect(repository.headManifest(subject.digest)).rejects.toMatchObject({ fault: "corrupt" });
    registry.namesDigests = true;
    const other = `sha256:${"0".repeat(64)}`;
    registry.changed = (_, answer) => ({ ...answer, status: 200, headers: { "Docker-Content-Digest": other } });
    await expect(repository.headManifest(subject.digest)).rejects.toMatchObject({ fault: "corrupt" });
  });

  test("are removed by tag, and by digest with all tags", async () => {
    registry.tag("images/pause", subject, "3.9", "3", "latest");
    await repository.removeTag("latest");
    expect(registry.tagsOf("images/pause")).toEqual({ "3": subject.digest, "3.9": subject.digest });
    await repository.removeManifest(subject.digest);
    expect(registry.tagsOf("images/pause")).toEqual({});
    await repository.removeManifest(subject.digest);
    await repository.removeTag("latest");
  });

  test("a registry that does not remove: unsupported", async () => {
    registry.tag("images/pause", subject, "3.9");
    registry.hold("images/pause", blob);
    registry.removal = false;
    for (const remove of [
      () => repository.removeTag("3.9"),
      () => repository.removeManifest(subject.digest),
      () => repository.removeBlob(blob.digest),
    ]) {
      await expect(remove()).rejects.toMatchObject({ fault: "unsupported" });
    }
  });
});

describe("tags", () => {
  const names = Array.from({ length: 2_500 }, (_, position) => `v${String(position).padStart(4, "0")}`);

  test.each([
    ["Link", true, 1_000, [1_000, 1_000, 500]],
    ["last", false, 1_000, [1_000, 1_000, 500]],
    ["Link to short pages", true, 900, [900, 900, 700]],
  ])("are listed page by page, by %s", async (_, links, pageSize, lengths) => {
    registry.tag("images/pause", subject, ...names);
    Object.assign(registry, { links, pageSize });
    const pages = await all(repository.tags());
    expect(pages.map(({ length }) => length)).toEqual(lengths);
    expect(pages.flat()).toEqual(names);
    expect(registry.seen).toHaveLength(3);
  });

  test("a repository that does not exist has none", async () => {
    expect(await all(repository.tags())).toEqual([]);
    expect(await repository.digestsByTag()).toEqual({ byTag: new Map(), digests: new Set(), sizes: new Map() });
  });

  test("come with digests where the registry lists them", async () => {
    const untagged = manifestOf({ annotations: { untagged: "yes" } });
    registry.tag("images/pause", subject, "3.9", "latest");
    registry.tag("images/pause", untagged);
    registry.listsDigests = true;
    expect(await repository.digestsByTag()).toEqual({
      byTag: new Map([
        ["3.9", subject.digest],
        ["latest", subject.digest],
      ]),
      digests: new Set([subject.digest, untagged.digest]),
      sizes: new Map([subject, untagged].map(({ digest, bytes }) => [digest, bytes.length])),
    });
  });
});

describe.each([true, false])("referrers of a registry with the API: %p", (hasApi) => {
  const signatures = ["one", "two", "three"].map(signatureOf);

  beforeEach(() => {
    registry.referrers = hasApi;
    registry.pageSize = 2;
  });

  test("are found after they were attached, with kind and annotations", async () => {
    expect(await repository.referrers(subject.digest)).toEqual([]);
    for (const each of signatures) await repository.attach(each);
    await repository.attach(signatures[0] as Content);
    const expected = signatures.map((each, position) => ({
      ...descriptorOf(each),
      artifactType: "application/vnd.example.signature",
      annotations: { text: ["one", "two", "three"][position] },
    }));
    expect(await repository.referrers(subject.digest)).toEqual(expected);
    expect(Object.keys(registry.tagsOf("images/pause"))).toEqual(
      hasApi ? [] : [subject.digest.replace("sha256:", "sha256-")],
    );
  });

  test("are no longer found after their removal", async () => {
    for (const each of signatures) await repository.attach(each);
    const [first, ...others] = signatures.map(({ digest }) => digest);
    await repository.removeManifest(first as string);
    const left = await repository.referrers(subject.digest);
    expect(left.map(({ digest }) => digest)).toEqual(others);
  });
});
