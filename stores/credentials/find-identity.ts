import { findGithubIdentity } from "./github-identity";
import { findGoogleIdentity } from "./google/google-identity";
import type { GetIdentityToken } from "./identity-token";
import { readSecretFile } from "./read-secret-file";

/**
 * Finds what vouches for this program: a token in a file, GitHub Actions, or Google's metadata server.
 *
 * @param fileVariable the variable of the environment that names the file; it has a token for the audience that is needed
 * @returns undefined if there is none of these
 */
export async function findIdentity(
  environment: NodeJS.ProcessEnv,
  fileVariable: string,
): Promise<GetIdentityToken | undefined> {
  const file = environment[fileVariable];
  if (file) return async () => readSecretFile(file, fileVariable);
  return findGithubIdentity(environment) ?? (await findGoogleIdentity(environment));
}
