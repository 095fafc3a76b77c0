import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Promoted } from "../promotion/promoted";

/** What one repository lists: digest and tags. */
type Listing = readonly { readonly digest: string; readonly tags: readonly string[] }[];

/** Whether a mirror holds a digest: nine tenths, other ones at each mirror. */
function isHeld(digest: string, mirror: number): boolean {
  return (Number.parseInt(digest.slice(7, 15), 16) + mirror * 977) % 1_000 >= 100;
}

function formatListing(listing: Listing, mirror: number): string {
  const held = mirror < 0 ? listing : listing.filter(({ digest }) => isHeld(digest, mirror));
  const manifest = held.map(({ digest, tags }) => {
    const facts = `"imageSizeBytes":"31457280","layerId":"","mediaType":"application/vnd.oci.image.manifest.v1+json"`;
    return `"${digest}":{${facts},"tag":${JSON.stringify(tags)},"timeCreatedMs":"1700000000000","timeUploadedMs":"1700000000000"}`;
  });
  const tags = held.flatMap((each) => each.tags);
  return `{"child":[],"manifest":{${manifest.join(",")}},"name":"x","tags":${JSON.stringify(tags)}}`;
}

/** Registries on loopback that list digests as Google's do. */
export interface ListingRegistries {
  /** `127.0.0.1:PORT` of the staging registry, which has everything. */
  readonly source: string;
  /** Those of the mirrors. */
  readonly mirrors: readonly string[];
  /** Says what they list. Before, they list nothing. */
  list(promoted: Promoted): void;
  /** Requests since the last call. */
  takeRequests(): number;
  /** Bytes of answers since the last call. */
  takeBytes(): number;
}

/** Starts a staging registry and mirrors, which run until the process ends. */
export async function startListingRegistries(count: number): Promise<ListingRegistries> {
  const listings = new Map<string, { digest: string; tags: readonly string[] }[]>();
  let [requests, bytes] = [0, 0];
  const start = async (mirror: number) => {
    const server = createServer((request, response) => {
      requests++;
      const repository = /^\/v2\/(.+)\/tags\/list/.exec(request.url ?? "")?.[1] ?? "";
      const listing = listings.get(mirror < 0 ? `source/${repository}` : repository);
      const body = listing ? formatListing(listing, mirror) : '{"errors":[{"code":"NAME_UNKNOWN"}]}';
      bytes += body.length;
      response.writeHead(listing ? 200 : 404, { "Content-Type": "application/json" }).end(body);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const add = (repository: string, digest: string, tags: readonly string[]) => {
    const listing = listings.get(repository);
    if (listing) listing.push({ digest, tags });
    else listings.set(repository, [{ digest, tags }]);
  };
  const hosts: string[] = [];
  for (let mirror = -1; mirror < count; mirror++) hosts.push(await start(mirror));
  const [source = "", ...mirrors] = hosts;
  return {
    source,
    mirrors,
    list: ({ images }) => {
      for (const { source: from, repository, digest, tags } of images) {
        add(repository, digest, tags);
        add(`source/${from.slice(from.indexOf("/") + 1)}`, digest, tags);
      }
    },
    takeRequests: () => {
      const taken = requests;
      requests = 0;
      return taken;
    },
    takeBytes: () => {
      const taken = bytes;
      bytes = 0;
      return taken;
    },
  };
}
