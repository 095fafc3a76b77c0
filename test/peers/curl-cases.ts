import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../stores/registry/content";
import { artifactType } from "./image";
import { hosts } from "./inventory";
import { repository } from "./push";
import type { Case, Trial } from "./trial";

/** The file that is downloaded, and the checksum that only the origin has. */
export const filePath = "release/v1.0.0/bin/linux/amd64/tool";
export const checksumPath = `${filePath}.sha256`;

/** curl, quiet but for errors, following redirects, with the users' host names led to the redirector. */
function curl({ run, redirector }: Trial, ...args: readonly string[]): Promise<string> {
  const led = Object.values(hosts).flatMap((host) => ["--connect-to", `${host}:80:${redirector}`]);
  return run("--silent", "--show-error", "--location", ...led, ...args);
}

function fileBytes({ files }: Trial): Buffer {
  return files.get(filePath) ?? Buffer.alloc(0);
}

const fileUrl = `http://${hosts.files}/${filePath}`;
const imageUrl = `http://${hosts.images}/v2/${repository}`;

/** What curl tells of the last answer, by the names that it has for it. */
const lastAnswer = ["--write-out", "\n%{http_code} %{url_effective}"];

/** What a client of plain HTTP downloads through the redirector. */
export const fileCases: readonly Case[] = [
  {
    name: "download of a file",
    client: "curl",
    asks: ["file"],
    async check(trial) {
      const out = join(trial.folder, "tool");
      await curl(trial, "--fail", "--output", out, fileUrl);
      assert.equal(digestOf(readFileSync(out)), digestOf(fileBytes(trial)));
    },
  },
  {
    name: "rest of a file, the beginning being there",
    client: "curl",
    asks: ["file"],
    async check(trial) {
      const out = join(trial.folder, "tool");
      const bytes = fileBytes(trial);
      writeFileSync(out, bytes.subarray(0, bytes.length / 2));
      const told = await curl(trial, "--fail", "--continue-at", "-", "--output", out, ...lastAnswer, fileUrl);
      assert.match(told, /^\n206 /);
      assert.equal(digestOf(readFileSync(out)), digestOf(bytes));
    },
  },
  {
    name: "size of a file (HEAD)",
    client: "curl",
    asks: ["file"],
    async check(trial) {
      const told = await curl(trial, "--fail", "--head", fileUrl);
      const sizes = [...told.matchAll(/^content-length: (\d+)/gim)].map(([, size]) => Number(size));
      assert.equal(sizes.at(-1), fileBytes(trial).length);
    },
  },
  {
    name: "checksum of a file",
    client: "curl",
    asks: ["metadata"],
    async check(trial) {
      const told = await curl(trial, "--fail", `http://${hosts.files}/${checksumPath}`);
      assert.equal(`sha256:${told.trim()}`, digestOf(fileBytes(trial)));
    },
  },
];

/** What a client of plain HTTP asks the registry through the redirector. */
export const plainImageCases: readonly Case[] = [
  {
    name: "blob by the registry's host name",
    client: "curl",
    asks: ["blob"],
    async check(trial) {
      const [, layer] = trial.image.platforms["linux/amd64"].blobs;
      const out = join(trial.folder, "layer");
      await curl(trial, "--fail", "--output", out, `${imageUrl}/blobs/${layer?.digest}`);
      assert.equal(digestOf(readFileSync(out)), layer?.digest);
    },
  },
  {
    name: "one page of the list of tags, by its query",
    client: "curl",
    asks: ["tag-list"],
    async check(trial) {
      const told = await curl(trial, "--fail", "--include", `${imageUrl}/tags/list?n=1`);
      assert.equal((JSON.parse(told.slice(told.indexOf("\r\n\r\n"))) as { tags: string[] }).tags.length, 1);
      assert.match(told, /^link: <\/v2\/[^:>]*\/tags\/list\?last=latest&n=1>; rel="next"\r$/im);
    },
  },
  {
    name: "referrers of one kind, by their query",
    client: "curl",
    asks: ["referrers"],
    async check(trial) {
      const query = `?artifactType=${encodeURIComponent(artifactType)}`;
      const told = await curl(trial, ...lastAnswer, `${imageUrl}/referrers/${trial.image.index.digest}${query}`);
      // Whether the registry behind lists referrers is its affair: that it was asked, with the query, is ours.
      assert.ok(told.endsWith(`/referrers/${trial.image.index.digest}${query}`), told);
      assert.ok(!told.includes(trial.redirector), told);
    },
  },
];
