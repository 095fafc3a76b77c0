import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../stores/registry/content";
import type { CaseContext, ClientCase } from "./client-case";
import { artifactType } from "./image";
import { hosts } from "./inventory";
import { repository } from "./push";

/** The file that is downloaded, and its checksum, which only the origin has. */
export const filePath = "release/v1.0.0/bin/linux/amd64/tool";
export const checksumPath = `${filePath}.sha256`;

/** Runs curl: it prints errors only, follows redirects, and connects to the redirector for the users' host names. */
function runCurl({ run, redirector }: CaseContext, ...args: readonly string[]): Promise<string> {
  const connections = Object.values(hosts).flatMap((host) => ["--connect-to", `${host}:80:${redirector}`]);
  return run("--silent", "--show-error", "--location", ...connections, ...args);
}

function expectedBytes({ files }: CaseContext): Buffer {
  return files.get(filePath) ?? Buffer.alloc(0);
}

const fileUrl = `http://${hosts.files}/${filePath}`;
const imageUrl = `http://${hosts.images}/v2/${repository}`;

/** Makes curl print the status and the URL of the last response. */
const lastAnswer = ["--write-out", "\n%{http_code} %{url_effective}"];

/** Downloads by a plain HTTP client. */
export const fileCases: readonly ClientCase[] = [
  {
    name: "download of a file",
    client: "curl",
    requests: ["file"],
    async check(context) {
      const out = join(context.folder, "tool");
      await runCurl(context, "--fail", "--output", out, fileUrl);
      assert.equal(digestOf(readFileSync(out)), digestOf(expectedBytes(context)));
    },
  },
  {
    name: "rest of a file whose beginning is already there",
    client: "curl",
    requests: ["file"],
    async check(context) {
      const out = join(context.folder, "tool");
      const bytes = expectedBytes(context);
      writeFileSync(out, bytes.subarray(0, bytes.length / 2));
      const output = await runCurl(context, "--fail", "--continue-at", "-", "--output", out, ...lastAnswer, fileUrl);
      assert.match(output, /^\n206 /);
      assert.equal(digestOf(readFileSync(out)), digestOf(bytes));
    },
  },
  {
    name: "size of a file (HEAD)",
    client: "curl",
    requests: ["file"],
    async check(context) {
      const output = await runCurl(context, "--fail", "--head", fileUrl);
      const sizes = [...output.matchAll(/^content-length: (\d+)/gim)].map(([, size]) => Number(size));
      assert.equal(sizes.at(-1), expectedBytes(context).length);
    },
  },
  {
    name: "checksum of a file",
    client: "curl",
    requests: ["metadata"],
    async check(context) {
      const output = await runCurl(context, "--fail", `http://${hosts.files}/${checksumPath}`);
      assert.equal(`sha256:${output.trim()}`, digestOf(expectedBytes(context)));
    },
  },
];

/** Requests of a plain HTTP client to the registry. */
export const plainImageCases: readonly ClientCase[] = [
  {
    name: "blob, under the registry's host name",
    client: "curl",
    requests: ["blob"],
    async check(context) {
      const [, layer] = context.image.platforms["linux/amd64"].blobs;
      const out = join(context.folder, "layer");
      await runCurl(context, "--fail", "--output", out, `${imageUrl}/blobs/${layer?.digest}`);
      assert.equal(digestOf(readFileSync(out)), layer?.digest);
    },
  },
  {
    name: "one page of the list of tags, by query",
    client: "curl",
    requests: ["tag-list"],
    async check(context) {
      const output = await runCurl(context, "--fail", "--include", `${imageUrl}/tags/list?n=1`);
      assert.equal((JSON.parse(output.slice(output.indexOf("\r\n\r\n"))) as { tags: string[] }).tags.length, 1);
      assert.match(output, /^link: <\/v2\/[^:>]*\/tags\/list\?last=latest&n=1>; rel="next"\r$/im);
    },
  },
  {
    name: "referrers of one kind, by query",
    client: "curl",
    requests: ["referrers"],
    async check(context) {
      const query = `?artifactType=${encodeURIComponent(artifactType)}`;
      const output = await runCurl(
        context,
        ...lastAnswer,
        `${imageUrl}/referrers/${context.image.index.digest}${query}`,
      );
      // The registry need not support lists of referrers: the case only checks that the request with its query reached it.
      assert.ok(output.endsWith(`/referrers/${context.image.index.digest}${query}`), output);
      assert.ok(!output.includes(context.redirector), output);
    },
  },
];
