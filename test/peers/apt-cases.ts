import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { digestOf } from "../../stores/registry/content";
import type { CaseContext, ClientCase } from "./client-case";
import { debianPackage, flatRepository, poolRepository } from "./debian-repositories";
import { hosts } from "./inventory";
import { aptConfigurationFile } from "./run-cases";

/** Files and folders of a root of apt's own, separate from the system's. */
const root = {
  settings: ["etc/apt.conf.d", "etc/preferences.d", "etc/sources.list.d"],
  sources: "etc/sources.list",
  status: "status",
  lists: "lists/partial",
  archives: "archives/partial",
} as const;

/**
 * apt's settings for a root of its own. The redirector is its proxy for the users' host name only, so apt connects to
 * mirrors directly.
 */
function configuration({ folder, redirector }: CaseContext): string {
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
 * Updates from one source and downloads the package. Only the origin has indexes. After `Release` was redirected to the origin,
 * apt may request the indexes below `dists/` from it directly.
 *
 * @param source what follows `deb` in a line of `sources.list`
 * @param path of the package at the file servers
 */
async function checkSource(context: CaseContext, source: string, path: string): Promise<void> {
  const { folder, run, files } = context;
  for (const each of [...root.settings, root.lists, root.archives]) mkdirSync(join(folder, each), { recursive: true });
  writeFileSync(join(folder, root.status), "");
  writeFileSync(join(folder, root.sources), `deb [trusted=yes] ${source}\n`);
  writeFileSync(aptConfigurationFile(dirname(folder)), configuration(context));
  // Without this, `update` succeeds even if an index is missing.
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

/** apt with repositories behind the redirector. */
export const aptCases: readonly ClientCase[] = [
  {
    name: "update and download from a flat repository, whose index lists ./FILE",
    client: "apt-get",
    requests: ["metadata", "file"],
    check: (context) =>
      checkSource(context, `http://${context.redirector}/${flatRepository.folder} ./`, flatRepository.package),
  },
  {
    name: "update and download from dists/ and pool/, with the redirector as proxy (absolute-form)",
    client: "apt-get",
    requests: ["metadata", "file"],
    check: (context) =>
      checkSource(
        context,
        `http://${hosts.files}/${poolRepository.folder} ${poolRepository.suite} main`,
        poolRepository.package,
      ),
  },
];
