import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bodyOf } from "../../stores/http/exchange";
import type { Content } from "../../stores/registry/content";
import { isIndex, isManifest } from "../../stores/registry/media-types";
import { testBase } from "../packaging/test-base";
import type { ToolName } from "./find-tools";
import { trialInventory } from "./inventory";
import { type Output, runProgram, type Server } from "./program";
import { repositoryAt } from "./push";
import { runMirrorform } from "./redirector";
import { startCraneRegistry, startDistributionRegistry } from "./registries";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";

/** The output of `mirrorform image --json`. */
interface BuildOutput {
  readonly image: string;
  readonly digest: string;
  readonly platforms: readonly string[];
}

/** The built image, which the clients read. */
interface BuiltImage {
  /** Pushed to the registry of its base, under the tag `trial`. */
  readonly image: string;
  readonly digest: string;
  readonly layout: string;
  /** The host of another kind of registry, which does not have the base. */
  readonly elsewhere: string;
  /** An empty folder. */
  readonly folder: string;
}

interface Check {
  readonly client: ToolName;
  readonly name: string;
  /** @throws Error if the check fails */
  check(run: (...args: readonly string[]) => Promise<Output>, built: BuiltImage): Promise<void>;
}

const insecure = "--tls-verify=false";

/** An image's configuration, as skopeo prints it. */
interface ImageConfiguration {
  readonly architecture: string;
  readonly config: { readonly Entrypoint: readonly string[]; readonly Cmd: readonly string[]; readonly User: string };
}

function assertRedirector({ architecture, config }: ImageConfiguration, expected: string): void {
  assert.equal(architecture, expected);
  assert.deepEqual([...config.Entrypoint, ...config.Cmd], ["/nodejs/bin/node", "/app/redirector.js"]);
  assert.equal(config.User, "65532:65532");
}

const checks: readonly Check[] = [
  {
    client: "crane",
    name: "validation of every platform and layer",
    async check(run, { image }) {
      await run("validate", "--remote", image);
    },
  },
  {
    client: "crane",
    name: "the tag has the digest that was printed",
    async check(run, { image, digest }) {
      assert.equal((await run("digest", image.replace(/@.*$/, ":trial"))).trim(), digest);
    },
  },
  {
    client: "crane",
    name: "the files of the layer, on top of those of the base",
    async check(run, { image, folder }) {
      const archive = join(folder, "files.tar");
      await run("export", "--platform", "linux/arm64/v8", image, archive);
      const listed = await runProgram("tar", ["-tvf", archive], { ...process.env, LC_ALL: "C", TZ: "UTC" });
      assert.match(listed, /^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 app\/redirector\.js$/m);
      assert.match(listed, /^-rw-r--r-- 0\/0 +\d+ 1970-01-01 00:00 app\/routing\.table$/m);
      assert.match(listed, /\barm64$/m);
    },
  },
  {
    client: "regctl",
    name: "copy of all platforms, with their content",
    async check(run, { image, digest, folder }) {
      const [host] = image.split("/");
      await run("--host", `reg=${host},tls=disabled`, "image", "copy", image, `ocidir://${folder}/copy:trial`);
      assert.equal((await run("image", "digest", `ocidir://${folder}/copy:trial`)).trim(), digest);
    },
  },
  {
    client: "skopeo",
    name: "inspection of each platform, at the registry and in the layout",
    async check(run, { image, layout }) {
      for (const architecture of ["amd64", "arm64"]) {
        const inspect = ["--override-os", "linux", "--override-arch", architecture, "inspect", "--config"];
        assertRedirector(JSON.parse(await run(...inspect, insecure, `docker://${image}`)), architecture);
        assertRedirector(JSON.parse(await run(...inspect, `oci:${layout}`)), architecture);
      }
    },
  },
  {
    client: "skopeo",
    name: "copy of the layout to another kind of registry: the same digest",
    async check(run, { layout, digest, elsewhere }) {
      const copy = ["--insecure-policy", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false"];
      await run(...copy, `oci:${layout}`, `docker://${elsewhere}/copied:trial`);
      const manifest = await run("inspect", insecure, "--raw", `docker://${elsewhere}/copied@${digest}`);
      assert.equal(manifest, readFileSync(join(layout, "blobs/sha256", digest.slice("sha256:".length)), "utf8"));
    },
  },
];

async function pushBase(host: string, contents: readonly Content[]): Promise<void> {
  const repository = repositoryAt(host, "trial/base");
  for (const content of contents) {
    if (isManifest(content.mediaType) || isIndex(content.mediaType)) await repository.put(content);
    else await repository.upload(content.digest, bodyOf(content.bytes));
  }
}

const hostOf = ({ port }: Server): string => `127.0.0.1:${port}`;

/** Builds into a layout, and pushes to two registries; all three must have the same digest. */
async function build(registry: Server, other: Server, folder: string, docker: boolean): Promise<BuiltImage> {
  const base = testBase({ docker });
  await pushBase(hostOf(registry), base.contents);
  const inventory = join(folder, "mirrors.yaml");
  writeFileSync(
    inventory,
    trialInventory({ originRegistry: 9, originFiles: 9, mirrorRegistry: 9, mirrorFiles: 9 }, "active"),
  );
  const image = async (...args: readonly string[]): Promise<BuildOutput> => {
    const from = `${hostOf(registry)}/trial/base@${base.index.digest}`;
    return JSON.parse(
      await runMirrorform(
        "image",
        "--json",
        "--inventory",
        inventory,
        "--allow-private-mirrors",
        "--base",
        from,
        ...args,
      ),
    );
  };
  const layout = join(folder, "layout");
  const first = await image("--out", layout);
  const pushed = await image("--push", `${hostOf(registry)}/trial/redirector:trial`);
  const elsewhere = await image("--push", `${hostOf(other)}/trial/redirector`);
  assert.deepEqual(
    [pushed.digest, elsewhere.digest],
    [first.digest, first.digest],
    "the same inputs gave another digest",
  );
  assert.deepEqual(pushed.platforms, ["linux/amd64", "linux/arm64/v8"]);
  const { image: name, digest } = pushed;
  return { image: name, digest, layout, elsewhere: hostOf(other), folder };
}

async function checkAll(built: BuiltImage, tools: ReadonlyMap<ToolName, string>, report: Report): Promise<void> {
  for (const [position, { client, name, check }] of checks.entries()) {
    const path = tools.get(client);
    if (path === undefined) {
      report.printRow("skipped", client, name);
      continue;
    }
    const folder = join(built.folder, `check-${position}`);
    mkdirSync(folder);
    try {
      await check((...args) => runProgram(path, args, clientEnvironment(folder)), { ...built, folder });
      report.printRow("passed", client, name);
    } catch (error) {
      report.printRow("failed", client, name, (error as Error).message);
    }
  }
}

/**
 * Builds the redirector's container image into a layout and into real registries, and lets real clients read it. It is built
 * on two bases, one with OCI's media types and one with Docker's.
 *
 * @param folder for the files that are written
 */
export async function checkImageBuild(
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  const name = "build and push, to the registry of the base and to another: one digest";
  const [registry, crane] = [tools.get("registry"), tools.get("crane")];
  for (const docker of [false, true]) {
    report.printHead(`The container image, on a base with ${docker ? "Docker's" : "OCI's"} media types`);
    if (registry === undefined || crane === undefined) {
      report.printRow("skipped", "registry", name);
      continue;
    }
    const own = join(folder, `image-${docker ? "docker" : "oci"}`);
    mkdirSync(own);
    const servers = [await startDistributionRegistry(registry, own), await startCraneRegistry(crane)] as const;
    try {
      const built = await build(...servers, own, docker);
      report.printRow("passed", "registry", name, built.digest);
      await checkAll(built, tools, report);
    } catch (error) {
      report.printRow("failed", "registry", name, (error as Error).message);
    } finally {
      for (const server of servers) await server.stop();
    }
  }
}
