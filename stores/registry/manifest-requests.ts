import type { IncomingMessage } from "node:http";
import { bodyOf, readBody } from "../http/exchange";
import { StoreError } from "../store-error";
import { algorithmOf, type Content, createContent, digestOf } from "./content";
import { damaged } from "./digest-check";
import { dockerMediaTypes, mediaTypes } from "./media-types";
import type { RegistryConnection } from "./registry-connection";

/**
 * Size limit of a manifest, an index or a configuration, in bytes. Registries should accept manifests of at least 4 MiB (OCI
 * distribution specification 1.1, "Pushing Manifests"); this is twice as much.
 */
export const longestDocument = 8 * 1024 * 1024;

/** What a registry says about a manifest. */
export interface ManifestFacts {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
}

const accepted = [mediaTypes.index, mediaTypes.manifest, dockerMediaTypes.index, dockerMediaTypes.manifest].join(", ");

const digestPattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Whether a reference is a digest; otherwise it is a tag. */
export function isDigest(reference: string): boolean {
  return digestPattern.test(reference);
}

function nameOf({ name }: RegistryConnection, reference: string): string {
  return `${name}${reference.includes(":") ? "@" : ":"}${reference}`;
}

function readMediaType({ headers }: IncomingMessage): string {
  return (headers["content-type"] ?? "").replace(/;.*$/, "").trim();
}

/** Reads a manifest by digest or tag; undefined if there is none. @throws StoreError */
export function findManifest(
  from: RegistryConnection,
  reference: string,
  signal?: AbortSignal,
): Promise<Content | undefined> {
  return from.retry(async () => {
    const url = from.url(`manifests/${reference}`);
    const request = { method: "GET", url, headers: { Accept: accepted }, signal } as const;
    const response = await from.expect(request, [200, 404], `the request for ${nameOf(from, reference)}`);
    if (response.statusCode === 404) return void response.resume();
    const named = `${response.headers["docker-content-digest"] ?? ""}`;
    const bytes = await readBody(response, url, longestDocument);
    const wanted = isDigest(reference) ? reference : named;
    const content = createContent(readMediaType(response), bytes, algorithmOf(wanted));
    if (isDigest(wanted) && content.digest !== wanted) throw damaged(from.host, content.digest, wanted);
    return content;
  }, signal);
}

/** Asks for a manifest by digest or tag; undefined if there is none. @throws StoreError */
export async function headManifest(
  from: RegistryConnection,
  reference: string,
  signal?: AbortSignal,
): Promise<ManifestFacts | undefined> {
  const response = await from.retry(() => {
    const request = {
      method: "HEAD",
      url: from.url(`manifests/${reference}`),
      headers: { Accept: accepted },
      signal,
    } as const;
    return from.expect(request, [200, 404], `the request for ${nameOf(from, reference)}`);
  }, signal);
  response.resume();
  if (response.statusCode === 404) return undefined;
  const { "docker-content-digest": named = "", "content-length": length = "" } = response.headers;
  if (isDigest(reference) && isOtherDigest(`${named}`, reference)) throw damaged(from.host, `${named}`, reference);
  // Registries that do not say both must be asked for the manifest itself: a server of pages answers every HEAD with 200.
  const isVouchedFor = isDigest(`${named}`) && (!isDigest(reference) || named === reference);
  if (!isVouchedFor || !/^[0-9]{1,15}$/.test(length)) return measureManifest(from, reference, signal);
  return { digest: `${named}`, size: Number(length), mediaType: readMediaType(response) };
}

/** Digests of two algorithms may name the same bytes. */
function isOtherDigest(named: string, wanted: string): boolean {
  return isDigest(named) && algorithmOf(named) === algorithmOf(wanted) && named !== wanted;
}

async function measureManifest(from: RegistryConnection, reference: string, signal?: AbortSignal) {
  const content = await findManifest(from, reference, signal);
  return content && { digest: content.digest, size: content.bytes.length, mediaType: content.mediaType };
}

/**
 * Puts a manifest under its digest or a tag.
 *
 * @returns whether the registry says that it processed the subject (`OCI-Subject`)
 * @throws StoreError "corrupt" if the registry names another digest
 */
export function putManifest(
  to: RegistryConnection,
  { mediaType, digest, bytes }: Content,
  reference: string,
  signal?: AbortSignal,
): Promise<boolean> {
  if (bytes.length > longestDocument) {
    throw new StoreError(`the manifest ${digest} has ${bytes.length} bytes: at most ${longestDocument} are supported`);
  }
  return to.retry(async () => {
    const url = to.url(`manifests/${reference}`);
    const headers = { "Content-Type": mediaType };
    const request = { method: "PUT", url, headers, body: bodyOf(bytes), signal } as const;
    const response = await to.expect(request, [201, 200, 202], `the upload of ${nameOf(to, reference)}`);
    response.resume();
    requireSame(`${response.headers["docker-content-digest"] || digest}`, digest, bytes, to.host);
    return response.headers["oci-subject"] !== undefined;
  }, signal);
}

/** A registry may name the same bytes by its own algorithm. */
function requireSame(named: string, digest: string, bytes: Buffer, host: string): void {
  if (named === digest || (isDigest(named) && digestOf(bytes, algorithmOf(named)) === named)) return;
  throw new StoreError(`${host} stored ${named} instead of ${digest}: it was damaged there or in transit`, "corrupt");
}
