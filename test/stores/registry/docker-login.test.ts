import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { dockerLogin } from "../../../stores/registry/docker-login";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mirrorform-login-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** Finds a login in this Docker configuration. */
function find(config: object | string, host = "gcr.io") {
  writeFileSync(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  const PATH = `${folder}${delimiter}${process.env.PATH}`;
  return dockerLogin({ ...process.env, DOCKER_CONFIG: folder, PATH })(host);
}

/** A credential helper with this script. */
function helper(name: string, script: string): void {
  const file = join(folder, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\nread -r key\n${script}\n`);
  chmodSync(file, 0o755);
}

describe("the file", () => {
  test.each([
    ["user and password", { "gcr.io": { auth: base64("ada:se:cret") } }, { username: "ada", password: "se:cret" }],
    ["written out", { "gcr.io": { username: "ada", password: "secret" } }, { username: "ada", password: "secret" }],
    ["under a URL", { "https://gcr.io/v2/": { auth: base64("ada:secret") } }, { username: "ada", password: "secret" }],
    ["an identity token", { "gcr.io": { auth: base64("ada:"), identitytoken: "t" } }, { identityToken: "t" }],
    ["a user of that name", { "gcr.io": { auth: base64("<token>:t") } }, { identityToken: "t" }],
    ["an empty entry, as a store leaves it", { "gcr.io": {} }, undefined],
    ["another host", { "ghcr.io": { auth: base64("ada:secret") } }, undefined],
  ])("%s", async (_, auths, login) => {
    expect(await find({ auths })).toEqual(login);
  });

  test("Docker Hub has its own key", async () => {
    const auths = { "https://index.docker.io/v1/": { auth: base64("ada:secret") } };
    expect(await find({ auths }, "docker.io")).toEqual({ username: "ada", password: "secret" });
  });

  test("a missing file: no login; a broken one: an error that names it", async () => {
    expect(await dockerLogin({ DOCKER_CONFIG: join(folder, "nowhere") })("gcr.io")).toBeUndefined();
    await expect(find("{")).rejects.toThrow(`${join(folder, "config.json")} is not a Docker configuration`);
  });
});

describe("helpers", () => {
  test("the host's own takes precedence over the one for all, and both over the file", async () => {
    helper("ours", `echo "{\\"Username\\":\\"$key\\",\\"Secret\\":\\"ours\\"}"`);
    helper("all", `echo '{"Username":"u","Secret":"all"}'`);
    const config = {
      credHelpers: { "gcr.io": "ours" },
      credsStore: "all",
      auths: { "gcr.io": { auth: base64("a:b") } },
    };
    expect(await find(config)).toEqual({ username: "gcr.io", password: "ours" });
    expect(await find(config, "ghcr.io")).toEqual({ username: "u", password: "all" });
  });

  test("an identity token", async () => {
    helper("ours", `echo '{"Username":"<token>","Secret":"t"}'`);
    expect(await find({ credsStore: "ours" })).toEqual({ identityToken: "t" });
  });

  test("if it has no login, the file is used", async () => {
    helper("ours", "echo credentials not found in native keychain; exit 1");
    expect(await find({ credsStore: "ours" })).toBeUndefined();
    const auths = { "gcr.io": { auth: base64("ada:secret") } };
    expect(await find({ credsStore: "ours", auths })).toEqual({ username: "ada", password: "secret" });
  });

  test.each([
    ["is missing", undefined, /docker-credential-ours, which .*config\.json names for gcr\.io, is not on the PATH/],
    ["fails", "echo the keychain is locked; exit 1", /returned no login for gcr\.io: the keychain is locked/],
    ["answers nonsense", "echo hello", /returned no valid login/],
  ])("a helper that %s: an error that names it", async (_, script, message) => {
    if (script !== undefined) helper("ours", script);
    await expect(find({ credsStore: "ours" })).rejects.toThrow(message);
  });
});
