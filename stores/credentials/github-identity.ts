import { z } from "zod";
import { askEndpoint } from "./ask-endpoint";
import { endpointUrl } from "./endpoint-url";
import type { GetIdentityToken } from "./identity-token";
import { readSecretAnswer, secretText } from "./read-secret-answer";

const answer = z.object({ value: secretText });

/**
 * Identity tokens of a job of GitHub Actions that has `permissions: { id-token: write }` (GitHub, "OpenID Connect reference").
 *
 * @returns undefined outside such a job
 */
export function findGithubIdentity(environment: NodeJS.ProcessEnv): GetIdentityToken | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: endpoint, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = environment;
  if (!endpoint || !token) return undefined;
  return async (audience) => {
    const url = endpointUrl(endpoint, "ACTIONS_ID_TOKEN_REQUEST_URL");
    url.searchParams.set("audience", audience);
    const name = "GitHub's token endpoint";
    const fix = "check that the job has `permissions: { id-token: write }`";
    const text = await askEndpoint({ name, url, headers: { Authorization: `Bearer ${token}` }, fix });
    return readSecretAnswer(text, answer, name).value;
  };
}
