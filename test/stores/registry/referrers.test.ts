import { createJsonContent, descriptorOf, digestOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";
import { readReferrer, referrersTag } from "../../../stores/registry/referrers";
import { Repository } from "../../../stores/registry/repository";
import { MemoryRegistry } from "./memory-registry";

const name = "images/pause";
const subject = descriptorOf(createJsonContent(mediaTypes.manifest, { schemaVersion: 2 }));
const tag = referrersTag(subject.digest);
let registry: MemoryRegistry;

beforeEach(async () => {
  registry = await new MemoryRegistry().start();
  registry.referrers = false;
});

afterEach(() => registry.stop());

function repository(): Repository {
  const options = { host: registry.host, name, access: "push", findLogin: async () => undefined } as const;
  return new Repository({ ...options, wait: async () => {} });
}

function signature(text: string) {
  return createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    artifactType: "a/b",
    annotations: { text },
    subject,
  });
}

const found = async () => (await repository().referrers(subject.digest)).map(({ annotations }) => annotations?.text);

test.each([
  [`sha256:${"a".repeat(64)}`, `sha256-${"a".repeat(64)}`],
  [`sha512:${"b".repeat(128)}`, `sha512-${"b".repeat(64)}`],
])("the tag of %s", (digest, expected) => {
  expect(referrersTag(digest)).toBe(expected);
});

test.each([
  ["no subject", { config: { mediaType: "a/b" } }, undefined],
  ["a broken subject", { subject: { digest: "sha256:1" } }, undefined],
  ["an artifact type", { subject, artifactType: "a/b", config: { mediaType: "c/d" } }, { artifactType: "a/b" }],
  ["a configuration", { subject, config: { mediaType: "c/d" } }, { artifactType: "c/d" }],
  ["annotations", { subject, annotations: { one: "1" } }, { annotations: { one: "1" } }],
])("the entry of a manifest with %s", (_, members, expected) => {
  const content = createJsonContent(mediaTypes.manifest, members);
  const entry = expected && { ...descriptorOf(content), ...expected };
  expect(readReferrer(content)?.entry).toEqual(entry);
});

test("entries of others keep all their members", async () => {
  const foreign = { mediaType: "x/y", digest: digestOf(Buffer.from("x")), size: 1, data: "e30=", urls: ["https://a/"] };
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [foreign], annotations: { kept: "yes" } };
  registry.tag(name, createJsonContent(mediaTypes.index, index), tag);
  await repository().attach(signature("one"));
  const written = JSON.parse(registry.manifests.get(`${name} ${tag}`)?.bytes.toString() ?? "");
  expect(written).toMatchObject({ annotations: { kept: "yes" }, manifests: [foreign, { artifactType: "a/b" }] });
});

test("two writers at once: both entries are there in the end", async () => {
  await Promise.all(["one", "two"].map((text) => repository().attach(signature(text))));
  expect((await found()).sort()).toEqual(["one", "two"]);
});

test("another writer that overwrites it: it is written again", async () => {
  const empty = createJsonContent(mediaTypes.index, { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [] });
  let writes = 0;
  registry.changed = ({ method, path }, answer) => {
    if (method === "PUT" && path.endsWith(tag) && ++writes <= 2) registry.tag(name, empty, tag);
    return answer;
  };
  await repository().attach(signature("one"));
  expect([await found(), writes]).toEqual([["one"], 3]);
});

test("a registry that never keeps it: a temporary failure", async () => {
  registry.changed = ({ method, path }, answer) => {
    if (method === "PUT" && path.endsWith(tag)) registry.manifests.delete(`${name} ${tag}`);
    return answer;
  };
  await expect(repository().attach(signature("one"))).rejects.toMatchObject({ fault: "transient" });
});

test("a registry that claims to process subjects, without the API: the tag schema is used too", async () => {
  registry.changed = ({ method }, answer) =>
    method === "PUT" ? { ...answer, headers: { ...answer.headers, "OCI-Subject": subject.digest } } : answer;
  await repository().attach(signature("one"));
  expect(await found()).toEqual(["one"]);
});

test.each([400, 405, 501])("a registry that answers the API with %d has none", async (status) => {
  await repository().attach(signature("one"));
  registry.instead = ({ path }) => (path.includes("/referrers/") ? { status } : undefined);
  expect(await found()).toEqual(["one"]);
});

test("a registry that is down is not one without the API", async () => {
  registry.instead = () => ({ status: 503 });
  await expect(found()).rejects.toMatchObject({ fault: "transient" });
});
