import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Content } from "../../stores/registry/content";
import { bodyOf } from "../../stores/registry/exchange";
import { isIndex, isManifest } from "../../stores/registry/media-types";
import { testBase } from "../packaging/test-base";
import type { ToolName } from "./find-tools";
import { trialInventory } from "./inventory";
import { type Output, runProgram, type Server } from "./program";
import { repositoryAt } from "./push";
import { mirrorform } from "./redirector";
import { craneRegistry, distributionRegistry } from "./registries";
import type { Report } from "./report";
import { clientEnvironment } from "./run-cases";

/** What `mirrorform image --json` tells. */
interface Built {
  readonly image: string;
  readonly digest: string;
  readonly platforms: readonly string[];
}

/** What the clients are given to look at. */
interface Exhibit {
  /** Pushed beside its base, under the tag `trial`. */
  readonly image: string;
  readonly digest: string;
  readonly layout: string;
  /** A registry of another make, which has nothing of the base. */
  readonly elsewhere: string;
  /** An empty folder. */
  readonly folder: string;
}

interface Check {
  readonly client: ToolName;
  readonly name: string;
  /** @throws Error where it goes wrong */
  check(run: (...args: readonly string[]) => Promise<Output>, exhibit: Exhibit): Promise<void>;
}

const insecure = "--tls-verify=false";

/** What skopeo tells of an image's configuration. */
interface Inspected {
  readonly architecture: string;
  readonly config: { readonly Entrypoint: readonly string[]; readonly Cmd: readonly string[]; readonly User: string };
}

function assertRedirector({ architecture, config }: Inspected, expected: string): void {
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
    name: "the tag is the digest that was told",
    async check(run, { image, digest }) {
      assert.equal((await run("digest", image.replace(/@.*$/, ":trial"))).trim(), digest);
    },
  },
  {
    client: "crane",
    name: "the files of the layer, upon those of the base",
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
    name: "copy of all platforms, with what is in them",
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
    name: "copy of the layout to a registry of another make: the same digest",
    async check(run, { layout, digest, elsewhere }) {
      const copy = ["--insecure-policy", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false"];
      await run(...copy, `oci:${layout}`, `docker://${elsewhere}/copied:trial`);
      const told = await run("inspect", insecure, "--raw", `docker://${elsewhere}/copied@${digest}`);
      assert.equal(told, readFileSync(join(layout, "blobs/sha256", digest.slice("sha256:".length)), "utf8"));
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

/** Builds twice and pushes to two registries; all must agree on the digest. */
async function build(registry: Server, other: Server, folder: string, docker: boolean): Promise<Exhibit> {
  const base = testBase({ docker });
  await pushBase(hostOf(registry), base.contents);
  const inventory = join(folder, "mirrors.yaml");
  writeFileSync(
    inventory,
    trialInventory({ originRegistry: 9, originFiles: 9, mirrorRegistry: 9, mirrorFiles: 9 }, "active"),
  );
  const image = async (...args: readonly string[]): Promise<Built> => {
    const from = `${hostOf(registry)}/trial/base@${base.index.digest}`;
    return JSON.parse(
      await mirrorform("image", "--json", "--inventory", inventory, "--allow-private-mirrors", "--base", from, ...args),
    );
  };
  const layout = join(folder, "layout");
  const first = await image("--out", layout);
  const pushed = await image("--push", `${hostOf(registry)}/trial/redirector:trial`);
  const elsewhere = await image("--push", `${hostOf(other)}/trial/redirector`);
  assert.deepEqual([pushed.digest, elsewhere.digest], [first.digest, first.digest], "the same inputs, another digest");
  assert.deepEqual(pushed.platforms, ["linux/amd64", "linux/arm64/v8"]);
  const { image: name, digest } = pushed;
  return { image: name, digest, layout, elsewhere: hostOf(other), folder };
}

async function checkAll(exhibit: Exhibit, tools: ReadonlyMap<ToolName, string>, report: Report): Promise<void> {
  for (const [position, { client, name, check }] of checks.entries()) {
    const path = tools.get(client);
    if (path === undefined) {
      report.row("skipped", client, name);
      continue;
    }
    const folder = join(exhibit.folder, `check-${position}`);
    mkdirSync(folder);
    try {
      await check((...args) => runProgram(path, args, clientEnvironment(folder)), { ...exhibit, folder });
      report.row("passed", client, name);
    } catch (error) {
      report.row("failed", client, name, (error as Error).message);
    }
  }
}

/**
 * Builds the redirector's container image upon a base that is pushed for that, into a layout and into real registries, and
 * has real clients read it back. Two bases: in OCI's media types and in Docker's.
 *
 * @param folder takes what is written
 */
export async function checkImageBuild(
  tools: ReadonlyMap<ToolName, string>,
  folder: string,
  report: Report,
): Promise<void> {
  const name = "build and push, beside the base and elsewhere: one digest";
  const [registry, crane] = [tools.get("registry"), tools.get("crane")];
  for (const docker of [false, true]) {
    report.head(`The container image, upon a base in ${docker ? "Docker's" : "OCI's"} media types`);
    if (registry === undefined || crane === undefined) {
      report.row("skipped", "registry", name);
      continue;
    }
    const own = join(folder, `image-${docker ? "docker" : "oci"}`);
    mkdirSync(own);
    const servers = [await distributionRegistry(registry, own), await craneRegistry(crane)] as const;
    try {
      const exhibit = await build(...servers, own, docker);
      report.row("passed", "registry", name, exhibit.digest);
      await checkAll(exhibit, tools, report);
    } catch (error) {
      report.row("failed", "registry", name, (error as Error).message);
    } finally {
      for (const server of servers) await server.stop();
    }
  }
}
