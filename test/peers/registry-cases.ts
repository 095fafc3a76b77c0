import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { bodyOf } from "../../stores/http/exchange";
import { type Content, createContent, createJsonContent, descriptorOf, digestOf } from "../../stores/registry/content";
import { mediaTypes } from "../../stores/registry/media-types";
import { referrersTag } from "../../stores/registry/referrers";
import type { Repository } from "../../stores/registry/repository";
import type { StoreError } from "../../stores/store-error";
import { pseudorandomBytes } from "./image";
import type { Output } from "./program";

/** What a case has. */
export interface RegistryContext {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** The repository of the case alone. */
  readonly repository: string;
  /** Three chunks, two of 10 MiB and a rest, which no other case has: the registry of crane keeps the blobs of all repositories together. */
  readonly large: Buffer;
  /** 300,000 bytes, which no other case has. */
  readonly medium: Buffer;
  /** Opens a repository of the registry. @param uploads how blobs are sent. @default as usual */
  open(repository: string, uploads?: "put" | "stream" | "chunks"): Repository;
  /** Runs crane; undefined if it is missing. */
  readonly crane: ((...args: readonly string[]) => Promise<Output>) | undefined;
  /** Runs regctl; undefined if it is missing. */
  readonly regctl: ((...args: readonly string[]) => Promise<Output>) | undefined;
}

/** One duty of a client, checked at a real registry. */
export interface RegistryCase {
  readonly name: string;
  /** @returns what the registry did, where it may choose @throws Error if the check fails */
  check(context: RegistryContext): Promise<string>;
}

const small = Buffer.from("{}");

const descriptor = (bytes: Buffer) => ({ mediaType: mediaTypes.layer, digest: digestOf(bytes), size: bytes.length });

async function checkUpload(to: Repository, bytes: Buffer, digest = digestOf(bytes)): Promise<void> {
  await to.upload(digest, bodyOf(bytes));
  await to.confirmBlob(digest, bytes.length);
  const read = await buffer(Readable.from(to.readBlob({ ...descriptor(bytes), digest })));
  assert.ok(read.equals(bytes), "other bytes were read");
}

/** Pushes an image of one platform. @returns its manifest */
async function pushSmallImage(to: Repository): Promise<Content> {
  const config = createJsonContent(mediaTypes.config, { architecture: "amd64", os: "linux" });
  const layer = createContent(mediaTypes.layer, pseudorandomBytes(to.name, 10_000));
  for (const each of [config, layer]) await to.upload(each.digest, bodyOf(each.bytes));
  const manifest = createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptorOf(config),
    layers: [descriptorOf(layer)],
  });
  await to.put(manifest);
  return manifest;
}

function artifactOf(subject: Content, text: string, config: Content): Content {
  return createJsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: "application/vnd.example.signature",
    config: descriptorOf(config),
    layers: [],
    subject: descriptorOf(subject),
    annotations: { text },
  });
}

const faultOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "none",
    (error: StoreError) => error.fault,
  );

async function listAll(pages: AsyncIterable<readonly string[]>): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) found.push(...page);
  return found;
}

const uploads: readonly RegistryCase[] = [
  {
    name: "upload with POST alone, or what the registry does instead",
    async check({ open, repository }) {
      await checkUpload(open(repository), small);
      return "";
    },
  },
  ...(["put", "stream", "chunks"] as const).map((mode) => ({
    name: { put: "upload: POST, PUT", stream: "upload: POST, PATCH, PUT", chunks: "upload in three chunks" }[mode],
    async check({ open, repository, large }: RegistryContext) {
      await checkUpload(open(repository, mode), large);
      return "";
    },
  })),
  {
    name: "upload of other bytes than announced: corrupt, and nothing is there",
    async check({ open, repository, large, medium }) {
      const to = open(repository);
      assert.equal(await faultOf(to.upload(digestOf(large), bodyOf(medium))), "corrupt");
      assert.equal(await to.headBlob(digestOf(large)), undefined);
      return "";
    },
  },
  {
    name: "upload that ends in the middle: nothing is there",
    async check({ open, repository, large }) {
      const to = open(repository);
      const abort = new AbortController();
      const parts = async function* () {
        yield large.subarray(0, 1_000_000);
        abort.abort(new Error("enough"));
      };
      const body = { length: large.length, open: () => Readable.from(parts()) };
      await assert.rejects(to.upload(digestOf(large), body, abort.signal), /enough/);
      assert.equal(await to.headBlob(digestOf(large)), undefined);
      return "";
    },
  },
  {
    name: "mount from another repository",
    async check({ open, repository, medium }) {
      await checkUpload(open(`${repository}/from`), medium);
      const to = open(repository);
      const isMounted = await to.mount(digestOf(medium), `${repository}/from`);
      if (!isMounted) await to.upload(digestOf(medium), bodyOf(medium));
      await to.confirmBlob(digestOf(medium), medium.length);
      return isMounted ? "mounted" : "uploaded: it does not mount";
    },
  },
  {
    name: "mount of what is nowhere: the upload that was started serves, and another is cancelled",
    async check({ open, repository, large, medium }) {
      const to = open(repository);
      for (const bytes of [medium, large]) assert.equal(await to.mount(digestOf(bytes), `${repository}/none`), false);
      await to.upload(digestOf(medium), bodyOf(medium));
      await to.close();
      await to.confirmBlob(digestOf(medium), medium.length);
      return "";
    },
  },
  {
    name: "mount without a repository",
    async check({ open, repository, medium }) {
      await checkUpload(open(`${repository}/from`), medium);
      const isMounted = await open(repository).mount(digestOf(medium));
      return isMounted ? "mounted" : "the registry requires an upload";
    },
  },
  {
    name: "blob of sha512",
    async check({ open, repository, medium }) {
      const digest = digestOf(medium, "sha512");
      const fault = await faultOf(checkUpload(open(repository), medium, digest));
      assert.ok(["none", "refused", "corrupt", "unsupported", "absent"].includes(fault), fault);
      return fault === "none" ? "taken" : `the registry does not take it (${fault})`;
    },
  },
  {
    name: "download from an offset",
    async check({ open, repository, medium }) {
      const to = open(repository);
      await to.upload(digestOf(medium), bodyOf(medium));
      const part = await buffer(await to.openBlob(descriptor(medium), { from: 123_456 }));
      assert.ok(part.equals(medium.subarray(123_456)));
      return "";
    },
  },
];

const manifests: readonly RegistryCase[] = [
  {
    name: "manifest by digest and by tag, as crane sees it",
    async check({ host, open, repository, crane }) {
      const to = open(repository);
      const manifest = await pushSmallImage(to);
      await to.put(manifest, "3.9");
      for (const reference of [manifest.digest, "3.9"]) {
        await to.confirmManifest(manifest.digest, reference);
        assert.deepEqual(await to.findManifest(reference), manifest);
      }
      assert.equal(await to.headManifest("3.8"), undefined);
      assert.equal((await crane?.("digest", `${host}/${repository}:3.9`))?.trim() ?? manifest.digest, manifest.digest);
      return crane ? "" : "without crane";
    },
  },
  {
    name: "index of 4 MB",
    async check({ open, repository }) {
      const to = open(repository);
      const manifest = await pushSmallImage(to);
      const content = createJsonContent(mediaTypes.index, {
        schemaVersion: 2,
        mediaType: mediaTypes.index,
        manifests: [descriptorOf(manifest)],
        annotations: { text: "x".repeat(4_000_000) },
      });
      await to.put(content, "large");
      assert.deepEqual(await to.findManifest("large"), content);
      return "";
    },
  },
  {
    name: "1,005 tags, page by page",
    async check({ open, repository }) {
      const to = open(repository);
      const manifest = await pushSmallImage(to);
      const names = Array.from({ length: 1_005 }, (_, position) => `v${String(position).padStart(4, "0")}`);
      for (const name of names) await to.put(manifest, name);
      assert.deepEqual((await listAll(to.tags())).sort(), names);
      return "";
    },
  },
  {
    name: "a repository that does not exist: no tags, no manifest, no blob",
    async check({ open, repository, medium }) {
      const to = open(repository);
      assert.deepEqual(await listAll(to.tags()), []);
      assert.equal(await to.findManifest("latest"), undefined);
      assert.equal(await to.headBlob(digestOf(medium)), undefined);
      return "";
    },
  },
];

const referrers: readonly RegistryCase[] = [
  {
    name: "referrers are attached, found by regctl, and removed with their entry",
    async check({ host, open, repository, regctl }) {
      const to = open(repository);
      const subject = await pushSmallImage(to);
      const config = createContent("application/vnd.oci.empty.v1+json", small);
      await to.upload(config.digest, bodyOf(config.bytes));
      const [one, two] = ["one", "two"].map((text) => artifactOf(subject, text, config)) as [Content, Content];
      for (const each of [one, two, one]) await to.attach(each);
      const found = async () => (await to.referrers(subject.digest)).map(({ annotations }) => annotations?.text).sort();
      assert.deepEqual(await found(), ["one", "two"]);
      const listed = await regctl?.(
        "artifact",
        "list",
        "--format",
        "{{json .}}",
        `${host}/${repository}@${subject.digest}`,
      );
      for (const { digest } of [one, two]) assert.ok(listed?.includes(digest) ?? true, `${listed}`);
      await to.removeManifest(one.digest);
      assert.deepEqual(await found(), ["two"]);
      const isTagged = (await to.headManifest(referrersTag(subject.digest))) !== undefined;
      return isTagged ? "by the tag schema" : "by the API";
    },
  },
];

const removals: readonly RegistryCase[] = [
  {
    name: "removal of a tag, which leaves the digest and other tags",
    async check({ open, repository }) {
      const to = open(repository);
      const manifest = await pushSmallImage(to);
      for (const tag of ["3.9", "latest"]) await to.put(manifest, tag);
      await to.removeTag("latest");
      await to.removeTag("latest");
      assert.deepEqual(await listAll(to.tags()), ["3.9"]);
      assert.ok(await to.headManifest(manifest.digest));
      return "";
    },
  },
  {
    name: "removal of a manifest",
    async check({ open, repository }) {
      const to = open(repository);
      const manifest = await pushSmallImage(to);
      await to.put(manifest, "3.9");
      await to.removeManifest(manifest.digest);
      await to.removeManifest(manifest.digest);
      assert.equal(await to.headManifest(manifest.digest), undefined);
      const tags = await listAll(to.tags());
      return tags.length === 0 ? "its tags are gone too" : `its tags stay: ${tags.join(", ")}`;
    },
  },
  {
    name: "removal of a blob",
    async check({ open, repository, medium }) {
      const to = open(repository);
      await to.upload(digestOf(medium), bodyOf(medium));
      const fault = await faultOf(to.removeBlob(digestOf(medium)));
      if (fault === "none") assert.equal(await to.headBlob(digestOf(medium)), undefined);
      else assert.equal(fault, "unsupported");
      return fault === "none" ? "" : "the registry does not remove blobs";
    },
  },
];

/** The duties of a client that writes (OCI distribution specification 1.1, "Push" to "Content Management"). */
export const registryCases: readonly RegistryCase[] = [...uploads, ...manifests, ...referrers, ...removals];
