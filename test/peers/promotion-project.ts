import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { hosts, origin } from "./inventory";
import { buckets, type PromotionStores } from "./promotion-stores";

/** What the manifests promise. */
export interface Promises {
  /** Digests by `NAME:TAG`, below the project's folder. */
  readonly images: Readonly<Record<string, string>>;
  /** SHA-256 in hexadecimal by path, below the project's folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** What may differ between the projects of the cases. */
export interface ProjectOptions {
  /** Whether the redirector runs at AWS, where the routing table's bucket has the lease of a run. @default false */
  readonly hasLease?: boolean;
  /** URL of the server of a mirror that its donor fills. @default there is none */
  readonly donor?: string;
}

/** The folder of the project's artifacts at every mirror. */
export const projectFolder = "tools";

function donorLines(url: string | undefined): string {
  if (url === undefined) return "";
  return `
  campus:
    cloud: external
    mirrors:
      lab: { blobs: "${url}/images/{digest}", files: "${url}/{path}", filled-by: donor }`;
}

/** An inventory with mirrors that promotion fills: at two clouds, behind S3's API and someone else's registry, and by a donor. */
function formatInventory({ origin: registry, crane, s3 }: PromotionStores, options: ProjectOptions): string {
  const pushed = `filled-by: push, push: { credentials: TRIAL,`;
  const bucket = (name: string) => `bucket: { endpoint: "${s3.url}", name: ${name} }`;
  const redirector = options.hasLease ? "redirector: { runs-at: { aws: [us-east-1] } }\n" : "";
  const aws = options.hasLease
    ? `\n  aws: { cloud: aws, account: "123456789012", mirrors: { us-east-1: { bucket: { name: ${buckets.aws} } } } }`
    : "";
  return `project: { name: trial, contact: admin@example.org, info: "https://example.org/a", privacy: "https://example.org/b" }
hosts:
  ${hosts.images}: { serves: [images] }
  ${hosts.files}: { serves: [files] }
dns: { zone: example.org }
${redirector}origin: ${origin}
promotion:
  projects: { tools: { approvers: [alice], images-at: [${projectFolder}], files-at: ${projectFolder} } }
  mutable: [stable.txt]
  read-back: 0.5
  destinations: { registry.example.net: all, "gs://trial-production": all }
providers:
  origin:
    cloud: external
    mirrors:
      main:
        { registry: "${registry.url}", files: "${s3.url}/${buckets.origin}/{path}", ${pushed} registry: "${registry.host}", ${bucket(buckets.origin)} } }
  local:
    cloud: external
    networks: [{ prefixes: [127.0.0.0/8, "::1/128"] }]
    mirrors:
      crane:
        { registry: "${crane.url}", ${pushed} registry: "${crane.host}" } }
      store:
        { blobs: "${s3.url}/${buckets.store}/containers/images/{digest}", files: "${s3.url}/${buckets.store}/{path}", ${pushed} ${bucket(buckets.store)} } }
  google:
    cloud: google
    project: trial-project
    mirrors: { us-central1: { bucket: { name: ${buckets.google} } } }
  azure:
    cloud: azure
    subscription: 00000000-0000-0000-0000-000000000000
    mirrors: { westeurope: { bucket: { name: ${buckets.azure} } } }${aws}${donorLines(options.donor)}
`;
}

function formatImages({ staging }: PromotionStores, { images }: Promises): string {
  const byName = new Map<string, Map<string, string[]>>();
  for (const [reference, digest] of Object.entries(images)) {
    const [name = "", tag = ""] = reference.split(":");
    const digests = byName.get(name) ?? new Map<string, string[]>();
    byName.set(name, digests.set(digest, [...(digests.get(digest) ?? []), tag]));
  }
  return JSON.stringify({
    registries: [{ name: `${staging.host}/staging`, src: true }, { name: `registry.example.net/${projectFolder}` }],
    images: Array.from(byName, ([name, digests]) => ({ name, dmap: Object.fromEntries(digests) })),
  });
}

function formatFiles({ files }: Promises): string {
  return JSON.stringify({
    filestores: [
      { base: `gs://${buckets.staging}/${projectFolder}/`, src: true },
      { base: `gs://trial-production/${projectFolder}/` },
    ],
    files: Object.entries(files).map(([name, sha256]) => ({ name, sha256 })),
  });
}

/**
 * Writes a project: its inventory, and the manifests of one project of artifacts. Can be called again, with other promises.
 *
 * @returns the inventory's file
 */
export function writePromotionProject(
  folder: string,
  stores: PromotionStores,
  promises: Promises,
  options: ProjectOptions = {},
): string {
  const inventory = join(folder, "mirrors.yaml");
  const write = (file: string, text: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  write(inventory, formatInventory(stores, options));
  // JSON is valid YAML.
  write(join(folder, "promotions/tools/images.yaml"), formatImages(stores, promises));
  write(join(folder, "promotions/tools/files.yaml"), formatFiles(promises));
  return inventory;
}
