import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Content, digestOf } from "../../stores/registry/content";
import { fetchWithContainerd } from "./containerd";
import { plainImageCases } from "./curl-cases";
import type { ManifestWithBlobs, Platform, TestImage } from "./image";
import { repository, tags } from "./push";
import type { Case, Trial } from "./trial";

const [tag] = tags;

function reference({ redirector }: Trial, name: string = tag): string {
  return `${redirector}/${repository}:${name}`;
}

/** The digests of what is in an OCI layout (OCI image specification, "Image Layout"), after a look at the bytes. */
function heldBy(layout: string): Set<string> {
  const folder = join(layout, "blobs/sha256");
  const digests = readdirSync(folder).map((name) => {
    const digest = digestOf(readFileSync(join(folder, name)));
    assert.equal(digest, `sha256:${name}`);
    return digest;
  });
  return new Set(digests);
}

/** @throws AssertionError where the layout lacks one of these, or holds other bytes than its names say */
export function assertHolds(layout: string, contents: readonly Content[]): void {
  const held = heldBy(layout);
  for (const { digest, mediaType } of contents) assert.ok(held.has(digest), `${digest} (${mediaType}) was not pulled`);
}

function all({ manifest, blobs }: ManifestWithBlobs): readonly Content[] {
  return [manifest, ...blobs];
}

/** Everything that is a tag, as registries sort it. */
function allTags({ signatureTag, referrersTag }: TestImage): string[] {
  return [...tags, signatureTag, referrersTag].sort();
}

/** The index with everything below it. */
export function whole({ index, platforms }: TestImage): readonly Content[] {
  return [index, ...Object.values(platforms).flatMap(all)];
}

const insecure = "--src-tls-verify=false";
/** regctl speaks https unless it is told otherwise for a host. */
const plainHttp = ({ redirector }: Trial) => ["--host", `reg=${redirector},tls=disabled`];

function pullOfPlatform(platform: Platform): Case {
  return {
    name: `pull of ${platform}`,
    client: "crane",
    asks: ["manifest", "blob"],
    async check(trial) {
      await trial.run("pull", "--platform", platform, "--format", "oci", reference(trial), trial.folder);
      assertHolds(trial.folder, all(trial.image.platforms[platform]));
    },
  };
}

const craneCases: readonly Case[] = [
  pullOfPlatform("linux/amd64"),
  pullOfPlatform("linux/arm64"),
  {
    name: "pull of all platforms",
    client: "crane",
    asks: ["manifest", "blob"],
    async check(trial) {
      await trial.run("pull", "--format", "oci", reference(trial), trial.folder);
      assertHolds(trial.folder, whole(trial.image));
    },
  },
  {
    name: "digest of a tag (HEAD)",
    client: "crane",
    asks: ["manifest"],
    async check(trial) {
      assert.equal((await trial.run("digest", reference(trial))).trim(), trial.image.index.digest);
    },
  },
  {
    name: "manifest by digest",
    client: "crane",
    asks: ["manifest"],
    async check(trial) {
      const { digest, bytes } = trial.image.index;
      assert.equal(await trial.run("manifest", `${trial.redirector}/${repository}@${digest}`), bytes.toString());
    },
  },
  {
    name: "list of tags, on three pages",
    client: "crane",
    asks: ["tag-list"],
    async check(trial) {
      const listed = await trial.run("ls", `${trial.redirector}/${repository}`);
      assert.deepEqual(listed.trim().split("\n"), allTags(trial.image));
    },
  },
  {
    name: "validation of every layer",
    client: "crane",
    asks: ["manifest", "blob"],
    async check(trial) {
      await trial.run("validate", "--remote", reference(trial));
    },
  },
  {
    name: "pull of a signature by cosign's tag",
    client: "crane",
    asks: ["signature", "blob"],
    async check(trial) {
      const { signature, signatureTag } = trial.image;
      await trial.run("pull", "--format", "oci", reference(trial, signatureTag), trial.folder);
      assertHolds(trial.folder, all(signature));
    },
  },
];

const regctlCases: readonly Case[] = [
  {
    name: "copy to a folder",
    client: "regctl",
    asks: ["manifest", "blob"],
    async check(trial) {
      await trial.run(...plainHttp(trial), "image", "copy", reference(trial), `ocidir://${trial.folder}:copied`);
      assertHolds(trial.folder, whole(trial.image));
    },
  },
  {
    name: "copy with signatures and referrers",
    client: "regctl",
    asks: ["manifest", "blob", "referrers", "signature", "tag-list"],
    async check(trial) {
      const { image, folder } = trial;
      const attached = ["--referrers", "--digest-tags"];
      await trial.run(...plainHttp(trial), "image", "copy", ...attached, reference(trial), `ocidir://${folder}:copied`);
      assertHolds(folder, [...whole(image), ...all(image.signature), ...all(image.artifact)]);
    },
  },
  {
    name: "list of tags, on three pages",
    client: "regctl",
    asks: ["tag-list"],
    async check(trial) {
      const listed = await trial.run(...plainHttp(trial), "tag", "ls", `${trial.redirector}/${repository}`);
      assert.deepEqual(listed.trim().split("\n"), allTags(trial.image));
    },
  },
  {
    name: "list of tags, page by page",
    client: "regctl",
    asks: ["tag-list"],
    async check(trial) {
      const name = `${trial.redirector}/${repository}`;
      const pages: string[] = [];
      for (const last of [[], ["--last", "latest"]]) {
        pages.push((await trial.run(...plainHttp(trial), "tag", "ls", "--limit", "1", ...last, name)).trim());
      }
      assert.deepEqual(pages, ["latest", trial.image.referrersTag]);
    },
  },
  {
    name: "manifest of a platform",
    client: "regctl",
    asks: ["manifest"],
    async check(trial) {
      const { digest } = trial.image.platforms["linux/arm64"].manifest;
      const ask = ["manifest", "head", "--platform", "linux/arm64"];
      assert.equal((await trial.run(...plainHttp(trial), ...ask, reference(trial))).trim(), digest);
    },
  },
  {
    name: "list of referrers",
    client: "regctl",
    asks: ["referrers"],
    async check(trial) {
      const listed = await trial.run(...plainHttp(trial), "artifact", "list", reference(trial));
      assert.match(listed, new RegExp(trial.image.artifact.manifest.digest));
    },
  },
];

const skopeoCases: readonly Case[] = [
  {
    name: "copy of all platforms to a folder",
    client: "skopeo",
    asks: ["manifest", "blob"],
    async check(trial) {
      const places = [`docker://${reference(trial)}`, `oci:${trial.folder}:copied`];
      await trial.run("--insecure-policy", "copy", "--all", "--preserve-digests", insecure, ...places);
      assertHolds(trial.folder, whole(trial.image));
    },
  },
  {
    name: "inspection",
    client: "skopeo",
    asks: ["manifest", "blob", "tag-list"],
    async check(trial) {
      const platform = ["--override-os", "linux", "--override-arch", "arm64"];
      const told = await trial.run(...platform, "inspect", "--tls-verify=false", `docker://${reference(trial)}`);
      const { Digest, Architecture } = JSON.parse(told) as Record<"Digest" | "Architecture", string>;
      assert.deepEqual([Digest, Architecture], [trial.image.index.digest, "arm64"]);
    },
  },
  {
    name: "list of tags, on three pages",
    client: "skopeo",
    asks: ["tag-list"],
    async check(trial) {
      const told = await trial.run("list-tags", "--tls-verify=false", `docker://${trial.redirector}/${repository}`);
      assert.deepEqual((JSON.parse(told) as { Tags: string[] }).Tags, allTags(trial.image));
    },
  },
];

const containerdCases: readonly Case[] = [
  {
    name: "fetch of all platforms by a node that has the redirector in its hosts.toml",
    client: "ctr",
    asks: ["manifest", "blob"],
    async check({ redirector, folder, run, image }) {
      const fetched = await fetchWithContainerd({ run, folder, redirector, image: `${repository}:${tag}` });
      for (const { digest } of whole(image)) assert.ok(fetched.has(digest), `${digest} was not fetched`);
    },
  },
];

/** What clients do with a registry through the redirector. */
export const imageCases: readonly Case[] = [
  ...craneCases,
  ...regctlCases,
  ...skopeoCases,
  ...containerdCases,
  ...plainImageCases,
];
