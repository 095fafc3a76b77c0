import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Content, digestOf } from "../../stores/registry/content";
import type { CaseContext, ClientCase } from "./client-case";
import { fetchWithContainerd } from "./containerd";
import { plainImageCases } from "./curl-cases";
import type { ManifestWithBlobs, Platform, TestImage } from "./image";
import { repository, tags } from "./push";

const [tag] = tags;

function reference({ redirector }: CaseContext, name: string = tag): string {
  return `${redirector}/${repository}:${name}`;
}

/** Reads the digests in an OCI layout (OCI image specification, "Image Layout"), and checks them against the bytes. */
function readDigests(layout: string): Set<string> {
  const folder = join(layout, "blobs/sha256");
  const digests = readdirSync(folder).map((name) => {
    const digest = digestOf(readFileSync(join(folder, name)));
    assert.equal(digest, `sha256:${name}`);
    return digest;
  });
  return new Set(digests);
}

/** @throws AssertionError if the layout lacks one of these, or a blob's bytes do not have its digest */
export function assertContains(layout: string, contents: readonly Content[]): void {
  const digests = readDigests(layout);
  for (const { digest, mediaType } of contents)
    assert.ok(digests.has(digest), `${digest} (${mediaType}) was not pulled`);
}

function manifestAndBlobs({ manifest, blobs }: ManifestWithBlobs): readonly Content[] {
  return [manifest, ...blobs];
}

/** All tags, in the order in which registries list them. */
function allTags({ signatureTag, referrersTag }: TestImage): string[] {
  return [...tags, signatureTag, referrersTag].sort();
}

/** The index, and everything that it refers to. */
export function wholeImage({ index, platforms }: TestImage): readonly Content[] {
  return [index, ...Object.values(platforms).flatMap(manifestAndBlobs)];
}

const insecure = "--src-tls-verify=false";
/** regctl uses https unless this option says otherwise for a host. */
const plainHttpOptions = ({ redirector }: CaseContext) => ["--host", `reg=${redirector},tls=disabled`];

function pullOfPlatform(platform: Platform): ClientCase {
  return {
    name: `pull of ${platform}`,
    client: "crane",
    requests: ["manifest", "blob"],
    async check(context) {
      await context.run("pull", "--platform", platform, "--format", "oci", reference(context), context.folder);
      assertContains(context.folder, manifestAndBlobs(context.image.platforms[platform]));
    },
  };
}

const craneCases: readonly ClientCase[] = [
  pullOfPlatform("linux/amd64"),
  pullOfPlatform("linux/arm64"),
  {
    name: "pull of all platforms",
    client: "crane",
    requests: ["manifest", "blob"],
    async check(context) {
      await context.run("pull", "--format", "oci", reference(context), context.folder);
      assertContains(context.folder, wholeImage(context.image));
    },
  },
  {
    name: "digest of a tag (HEAD)",
    client: "crane",
    requests: ["manifest"],
    async check(context) {
      assert.equal((await context.run("digest", reference(context))).trim(), context.image.index.digest);
    },
  },
  {
    name: "manifest by digest",
    client: "crane",
    requests: ["manifest"],
    async check(context) {
      const { digest, bytes } = context.image.index;
      assert.equal(await context.run("manifest", `${context.redirector}/${repository}@${digest}`), bytes.toString());
    },
  },
  {
    name: "list of tags, on three pages",
    client: "crane",
    requests: ["tag-list"],
    async check(context) {
      const listed = await context.run("ls", `${context.redirector}/${repository}`);
      assert.deepEqual(listed.trim().split("\n"), allTags(context.image));
    },
  },
  {
    name: "validation of every layer",
    client: "crane",
    requests: ["manifest", "blob"],
    async check(context) {
      await context.run("validate", "--remote", reference(context));
    },
  },
  {
    name: "pull of a signature by cosign's tag",
    client: "crane",
    requests: ["signature", "blob"],
    async check(context) {
      const { signature, signatureTag } = context.image;
      await context.run("pull", "--format", "oci", reference(context, signatureTag), context.folder);
      assertContains(context.folder, manifestAndBlobs(signature));
    },
  },
];

const regctlCases: readonly ClientCase[] = [
  {
    name: "copy to a folder",
    client: "regctl",
    requests: ["manifest", "blob"],
    async check(context) {
      await context.run(
        ...plainHttpOptions(context),
        "image",
        "copy",
        reference(context),
        `ocidir://${context.folder}:copied`,
      );
      assertContains(context.folder, wholeImage(context.image));
    },
  },
  {
    name: "copy with signatures and referrers",
    client: "regctl",
    requests: ["manifest", "blob", "referrers", "signature", "tag-list"],
    async check(context) {
      const { image, folder } = context;
      const attached = ["--referrers", "--digest-tags"];
      await context.run(
        ...plainHttpOptions(context),
        "image",
        "copy",
        ...attached,
        reference(context),
        `ocidir://${folder}:copied`,
      );
      assertContains(folder, [
        ...wholeImage(image),
        ...manifestAndBlobs(image.signature),
        ...manifestAndBlobs(image.artifact),
      ]);
    },
  },
  {
    name: "list of tags, on three pages",
    client: "regctl",
    requests: ["tag-list"],
    async check(context) {
      const listed = await context.run(
        ...plainHttpOptions(context),
        "tag",
        "ls",
        `${context.redirector}/${repository}`,
      );
      assert.deepEqual(listed.trim().split("\n"), allTags(context.image));
    },
  },
  {
    name: "list of tags, page by page",
    client: "regctl",
    requests: ["tag-list"],
    async check(context) {
      const name = `${context.redirector}/${repository}`;
      const pages: string[] = [];
      for (const last of [[], ["--last", "latest"]]) {
        pages.push(
          (await context.run(...plainHttpOptions(context), "tag", "ls", "--limit", "1", ...last, name)).trim(),
        );
      }
      assert.deepEqual(pages, ["latest", context.image.referrersTag]);
    },
  },
  {
    name: "manifest of a platform",
    client: "regctl",
    requests: ["manifest"],
    async check(context) {
      const { digest } = context.image.platforms["linux/arm64"].manifest;
      const head = ["manifest", "head", "--platform", "linux/arm64"];
      assert.equal((await context.run(...plainHttpOptions(context), ...head, reference(context))).trim(), digest);
    },
  },
  {
    name: "list of referrers",
    client: "regctl",
    requests: ["referrers"],
    async check(context) {
      const listed = await context.run(...plainHttpOptions(context), "artifact", "list", reference(context));
      assert.match(listed, new RegExp(context.image.artifact.manifest.digest));
    },
  },
];

const skopeoCases: readonly ClientCase[] = [
  {
    name: "copy of all platforms to a folder",
    client: "skopeo",
    requests: ["manifest", "blob"],
    async check(context) {
      const locations = [`docker://${reference(context)}`, `oci:${context.folder}:copied`];
      await context.run("--insecure-policy", "copy", "--all", "--preserve-digests", insecure, ...locations);
      assertContains(context.folder, wholeImage(context.image));
    },
  },
  {
    name: "inspection",
    client: "skopeo",
    requests: ["manifest", "blob", "tag-list"],
    async check(context) {
      const platform = ["--override-os", "linux", "--override-arch", "arm64"];
      const output = await context.run(...platform, "inspect", "--tls-verify=false", `docker://${reference(context)}`);
      const { Digest, Architecture } = JSON.parse(output) as Record<"Digest" | "Architecture", string>;
      assert.deepEqual([Digest, Architecture], [context.image.index.digest, "arm64"]);
    },
  },
  {
    name: "list of tags, on three pages",
    client: "skopeo",
    requests: ["tag-list"],
    async check(context) {
      const output = await context.run(
        "list-tags",
        "--tls-verify=false",
        `docker://${context.redirector}/${repository}`,
      );
      assert.deepEqual((JSON.parse(output) as { Tags: string[] }).Tags, allTags(context.image));
    },
  },
];

const containerdCases: readonly ClientCase[] = [
  {
    name: "fetch of all platforms by a node whose hosts.toml names the redirector",
    client: "ctr",
    requests: ["manifest", "blob"],
    async check({ redirector, folder, run, image }) {
      const fetched = await fetchWithContainerd({ run, folder, redirector, image: `${repository}:${tag}` });
      for (const { digest } of wholeImage(image)) assert.ok(fetched.has(digest), `${digest} was not fetched`);
    },
  },
];

/** Requests of real clients to a registry, through the redirector. */
export const imageCases: readonly ClientCase[] = [
  ...craneCases,
  ...regctlCases,
  ...skopeoCases,
  ...containerdCases,
  ...plainImageCases,
];
