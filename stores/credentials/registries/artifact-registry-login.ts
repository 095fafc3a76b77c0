import type { FindLogin } from "../../registry/docker-login";
import type { GetToken } from "../credentials";

/** Google's registries: Artifact Registry, and Container Registry, which it has replaced. */
export function isGoogleRegistry(host: string): boolean {
  return /^([a-z0-9-]+-docker\.pkg\.dev|([a-z]+\.)?gcr\.io)$/.test(host);
}

/** The login at Google's registries: an access token (Artifact Registry, "Configure authentication to Docker", access token). */
export function artifactRegistryLogin(getToken: GetToken): FindLogin {
  return async () => {
    const password = await getToken();
    return password === undefined ? undefined : { username: "oauth2accesstoken", password };
  };
}
