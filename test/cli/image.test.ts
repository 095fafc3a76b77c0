import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";
import { imageCommand } from "../../cli/image";
import type { RunConfig } from "../../packaging/base-image";
import { adaptRun } from "../../packaging/redirector-addition";
import { decodeRoutingTable } from "../../routing/routing-table";
import { createContent, type Descriptor, digestOf } from "../../stores/registry/content";
import { mediaTypes } from "../../stores/registry/media-types";
import { type BaseChanges, testBase } from "../packaging/test-base";
import { hosts, trialInventory } from "../peers/inventory";
import { MemoryRegistry } from "../stores/registry/memory-registry";

let registry: MemoryRegistry;
let folder: string;
let inventory: string;
let out: string;
let stdout: string;
let stderr: string;

beforeEach(async () => {
  registry = await new MemoryRegistry().start();
  folder = mkdtempSync(join(tmpdir(), "mirrorform-image-test-"));
  stdout = "";
  stderr = "";
  out = join(folder, "image");
  // Without published ranges, so that the table is compiled at once.
  inventory = join(folder, "mirrors.yaml");
  const places = { originRegistry: 7, originFiles: 7, mirrorRegistry: 9, mirrorFiles: 9 };
  writeFileSync(inventory, trialInventory(places, "active"));
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  jest.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});

afterEach(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  await registry.stop();
});

/** Puts a base into the registry. @returns its name by digest */
function holdBase(changes: BaseChanges = {}, platform?: string): string {
  const base = testBase(changes);
  registry.hold("base/node", ...base.contents);
  const { digest } = (platform === undefined ? base.index : base.manifests[platform]) ?? base.index;
  return `${registry.host}/base/node@${digest}`;
}

interface Result {
  readonly image?: string;
  readonly digest: string;
  readonly platforms: readonly string[];
  readonly layout?: string;
}

async function image(base: string, options: { out?: string; push?: string } = {}): Promise<Result> {
  stdout = "";
  stderr = "";
  await imageCommand({ inventory, base, json: true, allowPrivateMirrors: true, ...options });
  return JSON.parse(stdout);
}

/** The fields of manifests, indexes and configurations that are used here. */
interface Document {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly manifests: readonly (Descriptor & { readonly platform: object })[];
  readonly annotations: Readonly<Record<string, string>>;
}

function read<T>(layout: string, digest: string): T {
  return JSON.parse(readFileSync(join(layout, "blobs/sha256", digest.slice(7)), "utf8"));
}

/** Every file of a layout by its path. */
function filesOf(layout: string): string[] {
  return readdirSync(layout, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(layout.length + 1))
    .sort();
}

describe("a layout", () => {
  test("has every Linux platform, each blob under its digest, and nothing else", async () => {
    const { digest, platforms, layout } = await image(holdBase(), { out });
    expect({ platforms, layout }).toEqual({ platforms: ["linux/amd64", "linux/arm64/v8"], layout: out });
    expect(stderr).toMatch(/skipped, because they are not Linux: windows\/amd64\n/);
    expect(read<object>(out, digest)).toMatchObject({ mediaType: mediaTypes.index, schemaVersion: 2 });
    // One index, two manifests, two configurations, three layers of the base, one of ours.
    const blobs = filesOf(out).filter((file) => file.startsWith("blobs/"));
    expect(blobs).toHaveLength(9);
    for (const file of blobs) expect(`blobs/${digestOf(readFileSync(join(out, file))).replace(":", "/")}`).toBe(file);
    expect(JSON.parse(readFileSync(join(out, "oci-layout"), "utf8"))).toEqual({ imageLayoutVersion: "1.0.0" });
    expect(JSON.parse(readFileSync(join(out, "index.json"), "utf8")).manifests).toEqual([
      { mediaType: mediaTypes.index, digest, size: expect.any(Number) },
    ]);
  });

  test("keeps the base's layers, adds one, and lists it in the configuration", async () => {
    const base = testBase();
    const { digest } = await image(holdBase(), { out });
    const [amd64] = read<Document>(out, digest).manifests;
    const manifest = read<Document>(out, amd64?.digest ?? "");
    expect(manifest.layers.slice(0, 2).map((layer) => layer.digest)).toEqual(
      base.layers.slice(0, 2).map((layer) => layer.digest),
    );
    const own = readFileSync(join(out, "blobs/sha256", manifest.layers[2]?.digest.slice(7) ?? ""));
    const labels = {
      "org.opencontainers.image.title": "mirrorform redirector",
      "org.opencontainers.image.version": expect.stringMatching(/^\d+\.\d+\.\d+/),
      "org.opencontainers.image.source": "https://example.org/about",
      "org.opencontainers.image.base.name": `${registry.host}/base/node@${base.index.digest}`,
      "org.opencontainers.image.base.digest": base.manifests["linux/amd64"]?.digest,
    };
    expect(manifest.annotations).toEqual(labels);
    expect(read<object>(out, manifest.config.digest)).toEqual({
      created: expect.any(String),
      architecture: "amd64",
      os: "linux",
      config: {
        Entrypoint: ["/nodejs/bin/node"],
        Cmd: ["/app/redirector.js"],
        Env: ["PATH=/bin", "MIRRORFORM_TABLE=/app/routing.table"],
        User: "65532:65532",
        WorkingDir: "/app",
        ExposedPorts: { "8080/tcp": {} },
        Labels: labels,
      },
      rootfs: { type: "layers", diff_ids: [expect.any(String), expect.any(String), digestOf(gunzipSync(own))] },
      history: [
        { created: "2026-01-01T00:00:00Z", created_by: "base" },
        { created: expect.any(String), created_by: "mirrorform image" },
      ],
    });
    const entries = parseTar(gunzipSync(own));
    expect(entries.map(({ name }) => name)).toEqual(["app/", "app/redirector.js", "app/routing.table"]);
    expect(decodeRoutingTable(entries[2]?.data ?? Buffer.alloc(0)).content.pages.info).toBe(
      "https://example.org/about",
    );
  });

  test("is the same the second time, without downloading layers again", async () => {
    const base = holdBase();
    const first = await image(base, { out: join(folder, "one") });
    expect((await image(base, { out: join(folder, "two") })).digest).toBe(first.digest);
    expect(filesOf(join(folder, "two"))).toEqual(filesOf(join(folder, "one")));
    expect(stderr.match(/: downloaded$/gm)).toHaveLength(3);
    await image(base, { out: join(folder, "two") });
    expect(stderr.match(/: cached$/gm)).toHaveLength(3);
  });

  test("downloads a damaged blob again", async () => {
    const base = holdBase();
    await image(base, { out });
    const [layer] = testBase().layers;
    const file = join(out, "blobs/sha256", layer?.digest.slice(7) ?? "");
    writeFileSync(file, Buffer.alloc(layer?.bytes.length ?? 0));
    await image(base, { out });
    expect(stderr.match(/: downloaded$/gm)).toHaveLength(1);
    expect(digestOf(readFileSync(file))).toBe(layer?.digest);
  });

  test("converts a base with Docker's media types to OCI's", async () => {
    const { digest } = await image(holdBase({ docker: true }), { out });
    const types = read<Document>(out, digest).manifests.map((each) => {
      const { mediaType, config, layers } = read<Document>(out, each.digest);
      expect(Object.keys(read<object>(out, config.digest))).not.toContain("container_config");
      return [each.mediaType, mediaType, config.mediaType, ...layers.map((layer) => layer.mediaType)];
    });
    const { manifest, config, layer } = mediaTypes;
    expect(types).toEqual(Array(2).fill([manifest, manifest, config, layer, layer, layer]));
  });

  test("is a manifest if the base has one platform", async () => {
    const { digest, platforms } = await image(holdBase({}, "linux/arm64"), { out });
    expect(platforms).toEqual(["linux/arm64/v8"]);
    expect(read<object>(out, digest)).toMatchObject({ mediaType: mediaTypes.manifest });
  });

  test("refuses a directory with other content", async () => {
    mkdirSync(out);
    writeFileSync(join(out, "thesis.txt"), "");
    await expect(image(holdBase(), { out })).rejects.toThrow(/not an OCI layout: choose another directory/);
    expect(readdirSync(out)).toEqual(["thesis.txt"]);
  });
});

describe("a push", () => {
  test("mounts the base's layers in the registry of the base, and downloads none", async () => {
    const result = await image(holdBase(), { push: `${registry.host}/ours/redirector:v1` });
    expect(result.image).toBe(`${registry.host}/ours/redirector@${result.digest}`);
    expect(result).not.toHaveProperty("layout");
    expect(stderr.match(/: mounted$/gm)).toHaveLength(3);
    const [layer] = testBase().layers;
    expect(registry.asked("GET").some((each) => each.includes(layer?.digest ?? ""))).toBe(false);
    expect(registry.manifests.get("ours/redirector v1")?.digest).toBe(result.digest);
    // Content is pushed before the manifests that refer to it.
    const puts = registry.asked("PUT").filter((each) => each.includes("/manifests/"));
    expect(puts.at(-1)).toBe("PUT /v2/ours/redirector/manifests/v1");
    expect(puts).toHaveLength(3);
  });

  test("uploads nothing the second time", async () => {
    const base = holdBase();
    await image(base, { push: `${registry.host}/ours/redirector` });
    await image(base, { push: `${registry.host}/ours/redirector` });
    expect(stderr.match(/: already there$/gm)).toHaveLength(6);
  });

  test("needs no mounts in the base's own repository", async () => {
    await image(holdBase(), { push: `${registry.host}/base/node:redirector` });
    expect(registry.seen.some(({ path }) => path.includes("mount="))).toBe(false);
  });

  test("downloads and uploads layers if they cannot be mounted, or to another registry", async () => {
    registry.mounts = false;
    const base = holdBase();
    const { digest } = await image(base, { push: `${registry.host}/ours/redirector` });
    expect(stderr.match(/: uploaded$/gm)).toHaveLength(6);
    const other = await new MemoryRegistry().start();
    expect((await image(base, { push: `${other.host}/ours/redirector`, out })).digest).toBe(digest);
    expect(other.seen.some(({ path }) => path.includes("mount="))).toBe(false);
    expect(stderr.match(/: downloaded$/gm)).toHaveLength(3);
    await other.stop();
  });
});

test.each([
  "https://auth.example.org",
  "auth.example.org/token",
  "user@auth.example.org",
  "",
  "a b",
  "auth.example.org:99999",
])("--realm %j is not a host", async (realm) => {
  const command = imageCommand({ inventory, base: holdBase(), realm: [realm] });
  await expect(command).rejects.toMatchObject({
    status: 2,
    message: `--realm must be HOST or HOST:PORT, not ${realm}`,
  });
});

describe("refused", () => {
  test.each([
    [
      "a base by tag",
      "gcr.io/a:v1",
      {},
      2,
      /needs a digest, because a tag can move to another image\. `crane digest gcr\.io\/a:v1`/,
    ],
    ["a base without a host", `node@sha256:${"0".repeat(64)}`, {}, 2, /--base must be HOST\/NAME@sha256/],
    ["a push by digest", "", { push: `gcr.io/a@sha256:${"0".repeat(64)}` }, 2, /--push must be HOST\/NAME or/],
  ])("%s", async (_, base, options, status, message) => {
    const failure = image(base || holdBase(), options);
    await expect(failure).rejects.toMatchObject({ status, message: expect.stringMatching(message) });
  });

  test.each([
    [
      "foreign layers",
      { layer: "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" },
      /cannot be copied: use a base with ordinary layers/,
    ],
    ["encrypted layers", { layer: "application/vnd.oci.image.layer.v1.tar+gzip+encrypted" }, /cannot be copied/],
    ["a configuration of other layers", { diffIds: [] }, /has 2 layers, and its configuration lists 0/],
    ["another system named Linux", { os: "windows" }, /is for windows\/amd64: use a base for Linux/],
  ])("a base with %s", async (_, changes, message) => {
    const failure = image(holdBase(changes), { out });
    await expect(failure).rejects.toMatchObject({ status: 1, message: expect.stringMatching(message) });
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ["Docker's first schema", "application/vnd.docker.distribution.manifest.v1+prettyjws", "{}", /not an image/],
    ["an invalid index", mediaTypes.index, "[]", /cannot be used as a base/],
    ["an index without Linux", mediaTypes.index, '{"manifests":[]}', /has no Linux platform/],
    ["invalid JSON", mediaTypes.manifest, "<html>", /cannot be used as a base/],
  ])("%s", async (_, mediaType, text, message) => {
    const manifest = createContent(mediaType, Buffer.from(text));
    registry.hold("base/node", manifest);
    await expect(image(`${registry.host}/base/node@${manifest.digest}`, { out })).rejects.toThrow(message);
  });

  test("a missing base: says what to check", async () => {
    const nothing = `${registry.host}/base/node@sha256:${"0".repeat(64)}`;
    await expect(image(nothing, { out })).rejects.toThrow(/ with 404: check the name and the digest/);
  });
});

const environment = { Env: ["MIRRORFORM_TABLE=/app/routing.table"] };

/** How common bases start a program; their configurations as of 2026. */
const starts: readonly [string, RunConfig, RunConfig][] = [
  [
    "distroless",
    { Entrypoint: ["/nodejs/bin/node"] },
    { Entrypoint: ["/nodejs/bin/node"], Cmd: ["/app/redirector.js"] },
  ],
  [
    "an init before Node",
    { Entrypoint: ["/usr/bin/dumb-init", "--", "/usr/bin/node"], Cmd: ["server.js"] },
    { Entrypoint: ["/usr/bin/dumb-init", "--", "/usr/bin/node"], Cmd: ["/app/redirector.js"] },
  ],
  [
    "docker.io/library/node",
    { Entrypoint: ["docker-entrypoint.sh"], Cmd: ["node"] },
    { Entrypoint: ["node", "/app/redirector.js"] },
  ],
  [
    "docker.io/oven/bun",
    { Entrypoint: ["/usr/local/bin/docker-entrypoint.sh"], Cmd: ["/usr/local/bin/bun"] },
    { Entrypoint: ["/usr/local/bin/bun", "/app/redirector.js"] },
  ],
  [
    "docker.io/oven/bun:distroless",
    { Entrypoint: ["/usr/local/bin/bun"] },
    { Entrypoint: ["/usr/local/bin/bun"], Cmd: ["/app/redirector.js"] },
  ],
  ["a system with Node", { Cmd: ["/bin/bash"] }, { Entrypoint: ["node", "/app/redirector.js"] }],
  ["nothing at all", { Entrypoint: null, Cmd: null, Env: null }, { Entrypoint: ["node", "/app/redirector.js"] }],
];

test.each(starts)("starts on %s", (_, base, { Entrypoint, Cmd }) => {
  expect(adaptRun(base)).toMatchObject({ Entrypoint, ...environment });
  expect(adaptRun(base).Cmd).toEqual(Cmd);
});

test.each([
  [undefined, "65532:65532"],
  ["", "65532:65532"],
  ["root", "65532:65532"],
  ["0:0", "65532:65532"],
  ["0", "65532:65532"],
  ["00", "65532:65532"],
  ["+0", "65532:65532"],
  ["-0", "65532:65532"],
  ["0x0", "65532:65532"],
  [" 0", "65532:65532"],
  ["0\n", "65532:65532"],
  ["\u0660", "65532:65532"],
  ["4294967296", "65532:65532"],
  ["2147483648", "65532:65532"],
  [":1000", "65532:65532"],
  ["1000:", "65532:65532"],
  ["1000:root", "65532:65532"],
  // What a name means is written in the base, where any name may be 0.
  ["node", "65532:65532"],
  ["toor", "65532:65532"],
  ["2147483647", "2147483647"],
  ["1000", "1000"],
  ["1000:0", "1000:0"],
])("a base of the user %j runs as %s", (User, expected) => {
  expect(adaptRun(User === undefined ? {} : { User }).User).toBe(expected);
});

test("removes the settings of the base's program, and keeps the system's", () => {
  const base = {
    Healthcheck: { Test: ["CMD", "x"] },
    StopSignal: "SIGQUIT",
    Env: ["A=b", "MIRRORFORM_TABLE=/old"],
    Volumes: { "/v": {} },
  };
  const run = adaptRun(base);
  expect(Object.keys(run).sort()).toEqual(["Entrypoint", "Env", "ExposedPorts", "User", "Volumes", "WorkingDir"]);
  expect(run.Env).toEqual(["A=b", "MIRRORFORM_TABLE=/app/routing.table"]);
});

test("the program in the layer starts with its table, answers, and stops on SIGTERM", async () => {
  const { digest } = await image(holdBase({}, "linux/amd64"), { out });
  const own = read<Document>(out, digest).layers.at(-1)?.digest ?? "";
  for (const { name, data } of parseTar(gunzipSync(readFileSync(join(out, "blobs/sha256", own.slice(7)))))) {
    if (data) writeFileSync(join(folder, name), data);
    else mkdirSync(join(folder, name));
  }
  const app = join(folder, "app");
  const env = { PORT: "0", MIRRORFORM_TABLE: join(app, "routing.table"), MIRRORFORM_CLIENT_ADDRESS: "socket" };
  const child = spawn(process.execPath, [join(app, "redirector.js")], { cwd: app, env, stdio: "pipe" });
  const ended = once(child, "exit");
  let output = "";
  let port: string | undefined;
  for await (const chunk of child.stderr) {
    output += chunk;
    [, port] = /listening on http:\/\/[^ ]+:(\d+)\n/.exec(output) ?? [];
    if (port !== undefined) break;
  }
  const answer = await fetch(`http://127.0.0.1:${port}/v2/`);
  // The client belongs to the mirror's own provider, but the table in the layer contains only the origin.
  const init = { redirect: "manual", headers: { Host: hosts.images } } as const;
  const blob = await fetch(`http://127.0.0.1:${port}/v2/pause/blobs/sha256:${"a".repeat(64)}`, init);
  child.kill("SIGTERM");
  expect(await ended).toEqual([0, null]);
  expect(output).toMatch(/^listening on /);
  expect(await answer.json()).toEqual({});
  expect(blob.headers.get("location")).toMatch(/^http:\/\/127\.0\.0\.1:7\//);
});
