import type { RegistryConnection } from "./registry-connection";

/**
 * Deletes something. Something that is not there is not a failure (OCI distribution specification 1.1, "Content Management").
 *
 * @param path below the repository
 * @throws StoreError "unsupported" if the registry does not delete such things (400, 405)
 */
export function remove(from: RegistryConnection, path: string, signal?: AbortSignal): Promise<void> {
  // An action of its own (distribution, "Token Scope Documentation"), which a token for pushing does not include.
  from.requireScope(`repository:${from.name}:delete`);
  return from.retry(async () => {
    const request = { method: "DELETE", url: from.url(path), signal } as const;
    const response = await from.expect(request, [200, 202, 204, 404], `the removal of ${from.name}/${path}`, [400]);
    response.resume();
  }, signal);
}
