import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { digestOf } from "../../stores/registry/content";
import { debianPackage, flatRepository, poolRepository } from "./debian-repositories";
import { hosts } from "./inventory";
import { aptConfiguration } from "./run-cases";
import type { Case, Trial } from "./trial";

/** Files and folders of apt's own root, which has nothing of the system's. */
const root = {
  settings: ["etc/apt.conf.d", "etc/preferences.d", "etc/sources.list.d"],
  sources: "etc/sources.list",
  status: "status",
  lists: "lists/partial",
  archives: "archives/partial",
} as const;

/**
 * apt's settings for a root of its own. The redirector is its proxy for the users' host name alone, so that mirrors are
 * asked directly.
 */
function configuration({ folder, redirector }: Trial): string {
  const settings: Readonly<Record<string, string>> = {
    Dir: folder,
    "Dir::Etc": join(folder, "etc"),
    "Dir::State": folder,
    "Dir::State::status": join(folder, root.status),
    "Dir::Cache": folder,
    "Dir::Log": folder,
    "APT::Architecture": "amd64",
    "APT::Sandbox::User": "root",
    "Acquire::Languages": "none",
    "Acquire::Retries": "0",
    "Acquire::http::Proxy": "DIRECT",
    [`Acquire::http::Proxy::${hosts.files}`]: `http://${redirector}`,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";`);
  return `#clear APT::Architectures;\n${lines.join("\n")}\n`;
}

/**
 * Updates from one source and downloads the package. Only the origin has indexes; where `Release` was redirected to it,
 * apt may ask it for the indexes below `dists/` directly.
 *
 * @param source a line of `sources.list` behind `deb`
 * @param path of the package at the file servers
 */
async function checkSource(trial: Trial, source: string, path: string): Promise<void> {
  const { folder, run, files } = trial;
  for (const each of [...root.settings, root.lists, root.archives]) mkdirSync(join(folder, each), { recursive: true });
  writeFileSync(join(folder, root.status), "");
  writeFileSync(join(folder, root.sources), `deb [trusted=yes] ${source}\n`);
  writeFileSync(aptConfiguration(dirname(folder)), configuration(trial));
  // Without this, update ends well although an index is missing.
  await run("update", "--error-on=any");
  await run("install", "--download-only", "--yes", debianPackage.name);
  const archives = join(folder, dirname(root.archives));
  const downloaded = readdirSync(archives).filter((name) => name.endsWith(".deb"));
  assert.equal(downloaded.length, 1, downloaded.join(", "));
  assert.equal(
    digestOf(readFileSync(join(archives, downloaded[0] ?? ""))),
    digestOf(files.get(path) ?? Buffer.alloc(0)),
  );
}

/** What apt does with repositories behind the redirector. */
export const aptCases: readonly Case[] = [
  {
    name: "update and download from a flat repository, whose index lists ./FILE",
    client: "apt-get",
    asks: ["metadata", "file"],
    check: (trial) =>
      checkSource(trial, `http://${trial.redirector}/${flatRepository.folder} ./`, flatRepository.package),
  },
  {
    name: "update and download from dists/ and pool/, with the redirector as proxy (absolute-form)",
    client: "apt-get",
    asks: ["metadata", "file"],
    check: (trial) =>
      checkSource(
        trial,
        `http://${hosts.files}/${poolRepository.folder} ${poolRepository.suite} main`,
        poolRepository.package,
      ),
  },
];
