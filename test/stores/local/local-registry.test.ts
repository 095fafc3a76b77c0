import { LocalRegistry } from "../../../stores/local/local-registry";
import { createContent, createJsonContent, digestOf } from "../../../stores/registry/content";
import { mediaTypes } from "../../../stores/registry/media-types";

const registry = new LocalRegistry();
const layer = createContent(mediaTypes.layer, Buffer.from("layer"));
const manifest = createJsonContent(mediaTypes.manifest, { schemaVersion: 2, config: {}, layers: [] });

beforeAll(() => registry.start());
afterAll(() => registry.stop());

function ask(path: string, options: RequestInit = {}): Promise<Response> {
  return fetch(`http://${registry.host}${path}`, options);
}

test("what was put can be read, by digest and by tag", async () => {
  const put = await ask("/v2/app/manifests/v1", {
    method: "PUT",
    headers: { "Content-Type": mediaTypes.manifest },
    body: manifest.bytes,
  });
  expect([put.status, put.headers.get("docker-content-digest")]).toEqual([201, manifest.digest]);
  for (const reference of ["v1", manifest.digest]) {
    const got = await ask(`/v2/app/manifests/${reference}`);
    expect([got.headers.get("content-type"), digestOf(Buffer.from(await got.arrayBuffer()))]).toEqual([
      mediaTypes.manifest,
      manifest.digest,
    ]);
  }
  expect(await (await ask("/v2/app/tags/list")).json()).toEqual({ name: "app", tags: ["v1"] });
});

test.each<{ name: string; path: string; options?: RequestInit; status: number }>([
  { name: "the API", path: "/v2/", status: 200 },
  { name: "another path", path: "/v1/", status: 404 },
  { name: "a repository that does not exist", path: "/v2/none/tags/list", status: 404 },
  {
    name: "a manifest that is not JSON",
    path: "/v2/app/manifests/x",
    options: { method: "PUT", body: "{" },
    status: 400,
  },
  {
    name: "a manifest that is a number",
    path: "/v2/app/manifests/x",
    options: { method: "PUT", body: "1" },
    status: 400,
  },
  {
    name: "a manifest with another digest",
    path: `/v2/app/manifests/${layer.digest}`,
    options: { method: "PUT", body: "{}" },
    status: 400,
  },
  {
    name: "a blob with another digest",
    path: `/v2/app/blobs/uploads/?digest=${layer.digest}`,
    options: { method: "POST", body: "other" },
    status: 400,
  },
  { name: "an upload that does not exist", path: "/v2/app/blobs/uploads/x", options: { method: "PUT" }, status: 404 },
])("$name: $status", async ({ path, options, status }) => {
  expect((await ask(path, options)).status).toBe(status);
});

test("ranges of blobs", async () => {
  registry.hold("ranges", layer);
  const path = `/v2/ranges/blobs/${layer.digest}`;
  const part = await ask(path, { headers: { Range: "bytes=2-" } });
  expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([206, "bytes 2-4/5", "yer"]);
  expect((await ask(path, { headers: { Range: "bytes=5-" } })).status).toBe(416);
});

test("after a stop, it is at the same address with the same content", async () => {
  registry.tag("kept", manifest, "v1");
  const { host } = registry;
  await registry.stop();
  await expect(ask("/v2/")).rejects.toThrow();
  await registry.start();
  expect(registry.host).toBe(host);
  expect((await ask("/v2/kept/manifests/v1")).status).toBe(200);
});
