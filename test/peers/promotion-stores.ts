import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { blobContainer, bucketName } from "../../inventory/names";
import { askContainer, createAzuriteAccount, startAzurite } from "./azurite";
import { findFreePort } from "./find-free-port";
import type { ToolName } from "./find-tools";
import { type Server, startServer } from "./program";
import { RecordingProxy } from "./recording-proxy";
import { startCraneRegistry, startDistributionRegistry } from "./registries";

/** The programs that a promotion needs: both registries, and the APIs of three object stores. */
export interface PromotionPrograms {
  readonly registry: string;
  readonly crane: string;
  readonly fakeGoogle: string;
  /** Python with moto. */
  readonly python: string;
  readonly azurite: string;
}

/** The buckets in each store. */
export const buckets = {
  staging: "trial-staging",
  google: "trial-cloud",
  origin: "trial-origin",
  store: "trial-store",
  aws: "trial-aws",
  /** At Azure, the name of the mirror's storage account. */
  azure: "trialazure",
} as const;

/** The bucket of the routing table at AWS, which has the lease. */
export const tableBucket = bucketName("trial", "aws", "routing-table");

/** Finds the programs; undefined if one is missing. @param python with moto */
export function findPromotionPrograms(
  tools: ReadonlyMap<ToolName, string>,
  python: string | undefined,
): PromotionPrograms | undefined {
  const [registry, crane] = [tools.get("registry"), tools.get("crane")];
  const [fakeGoogle, azurite] = [tools.get("fake-gcs-server"), tools.get("azurite")];
  if (registry === undefined || crane === undefined) return undefined;
  if (fakeGoogle === undefined || azurite === undefined || python === undefined) return undefined;
  return { registry, crane, fakeGoogle, azurite, python };
}

async function requireDone(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}

async function createGoogleBucket(url: string, name: string): Promise<void> {
  const headers = { "content-type": "application/json" };
  await requireDone(await fetch(`${url}/storage/v1/b`, { method: "POST", headers, body: JSON.stringify({ name }) }));
}

/** A bucket that everybody may read, and whose objects everybody may delete. moto checks a HEAD against `HeadObject`, which S3 does not have. */
async function createS3Bucket(url: string, name: string): Promise<void> {
  await requireDone(await fetch(`${url}/${name}`, { method: "PUT" }));
  const statement = { Effect: "Allow", Principal: "*", Action: ["s3:GetObject", "s3:HeadObject", "s3:DeleteObject"] };
  const policy = { Version: "2012-10-17", Statement: [{ ...statement, Resource: `arn:aws:s3:::${name}/*` }] };
  await requireDone(await fetch(`${url}/${name}?policy`, { method: "PUT", body: JSON.stringify(policy) }));
}

/**
 * Real programs as staging area and mirrors, each behind a proxy that records its requests: distribution with the staged images and as
 * the origin's registry, crane's registry, Google's API with the staged files and a mirror, S3's API with the origin's bucket and a
 * mirror, and Azure's with a mirror.
 */
export class PromotionStores {
  readonly staging = new RecordingProxy();
  readonly origin = new RecordingProxy();
  readonly crane = new RecordingProxy();
  readonly google = new RecordingProxy();
  readonly s3 = new RecordingProxy();
  readonly azure = new RecordingProxy();
  readonly #azureAccount = createAzuriteAccount(buckets.azure);
  readonly #programs: PromotionPrograms;
  readonly #folder: string;
  readonly #servers = new Map<RecordingProxy, Server>();
  #starts = 0;

  /** @param folder for the programs' files */
  constructor(programs: PromotionPrograms, folder: string) {
    this.#programs = programs;
    this.#folder = folder;
  }

  /** Starts everything, without content. @throws Error if a program does not start */
  async start(): Promise<this> {
    for (const proxy of this.#proxies()) await proxy.start();
    await this.#replace(this.staging, () => this.#startDistribution());
    await this.#replace(this.google, () => this.#startGoogle());
    await this.#replace(this.s3, () => this.#startS3());
    const azuriteFolder = join(this.#folder, "azurite");
    await this.#replace(this.azure, () => startAzurite(this.#programs.azurite, azuriteFolder, this.#azureAccount));
    await this.#createContainer();
    await createGoogleBucket(this.google.url, buckets.staging);
    await this.clearMirrors();
    return this;
  }

  /** Empties the mirrors; what is staged stays. */
  async clearMirrors(): Promise<void> {
    await this.#replace(this.origin, () => this.#startDistribution());
    await this.#replace(this.crane, () => startCraneRegistry(this.#programs.crane));
    await requireDone(await fetch(`${this.s3.url}/moto-api/reset`, { method: "POST" }));
    for (const name of [buckets.origin, buckets.store, buckets.aws, tableBucket])
      await createS3Bucket(this.s3.url, name);
    await this.#clearGoogle();
    await askContainer(this.azure.url, this.#azureAccount, "DELETE", blobContainer);
    await this.#createContainer();
    for (const proxy of this.#proxies()) proxy.take();
  }

  /** Loses the origin: its registry and its bucket are empty. */
  async clearOrigin(): Promise<void> {
    await this.#replace(this.origin, () => this.#startDistribution());
    const bucket = `${this.s3.url}/${buckets.origin}`;
    const listing = await (await fetch(`${bucket}?list-type=2&max-keys=1000`)).text();
    for (const [, key = ""] of listing.matchAll(/<Key>(.*?)<\/Key>/g)) {
      await requireDone(await fetch(`${bucket}/${key}`, { method: "DELETE" }));
    }
    this.origin.take();
  }

  /** What names the storage account at Azure to commands. */
  get azureConnection(): string {
    const { name, key } = this.#azureAccount;
    return `AccountName=${name};AccountKey=${key};BlobEndpoint=${this.azure.url}/${name}`;
  }

  /** A container that everybody may read. */
  async #createContainer(): Promise<void> {
    const open = { "x-ms-blob-public-access": "container" };
    await askContainer(this.azure.url, this.#azureAccount, "PUT", blobContainer, open);
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this.#servers.values(), (server) => server.stop()));
    await Promise.all(this.#proxies().map((proxy) => proxy.stop()));
  }

  #proxies(): RecordingProxy[] {
    return [this.staging, this.origin, this.crane, this.google, this.s3, this.azure];
  }

  async #replace(proxy: RecordingProxy, start: () => Promise<Server>): Promise<void> {
    await this.#servers.get(proxy)?.stop();
    const server = await start();
    this.#servers.set(proxy, server);
    proxy.target = server.port;
  }

  #startDistribution(): Promise<Server> {
    const folder = join(this.#folder, `registry-${++this.#starts}`);
    mkdirSync(folder, { recursive: true });
    return startDistributionRegistry(this.#programs.registry, folder);
  }

  async #startGoogle(): Promise<Server> {
    const port = String(await findFreePort());
    const address = ["-scheme", "http", "-host", "127.0.0.1", "-port", port];
    // Its answers name the proxy, so that uploads do not go past it.
    const outside = ["-public-host", this.google.host, "-external-url", this.google.url];
    return startServer({
      path: this.#programs.fakeGoogle,
      args: [...address, ...outside, "-backend", "memory"],
      ready: /server started at http:\/\/127\.0\.0\.1:(\d+)/,
    });
  }

  #startS3(): Promise<Server> {
    const args = ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"];
    return startServer({ path: this.#programs.python, args, ready: /Running on http:\/\/127\.0\.0\.1:(\d+)/ });
  }

  async #clearGoogle(): Promise<void> {
    const objects = `${this.google.url}/storage/v1/b/${buckets.google}/o`;
    const listed = await fetch(objects);
    if (!listed.ok) return createGoogleBucket(this.google.url, buckets.google);
    const { items = [] } = (await listed.json()) as { readonly items?: readonly { readonly name: string }[] };
    for (const { name } of items) await fetch(`${objects}/${encodeURIComponent(name)}`, { method: "DELETE" });
  }
}
