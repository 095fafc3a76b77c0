import { findGithubIdentity } from "./github-identity";
import { findGoogleIdentity } from "./google/google-identity";
import type { Identity } from "./identity-token";
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
): Promise<Identity | undefined> {
  const file = environment[fileVariable];
  if (file) return { issuer: "file", getToken: async () => readSecretFile(file, fileVariable) };
  const github = findGithubIdentity(environment);
  if (github !== undefined) return { issuer: "github", getToken: github };
  const google = await findGoogleIdentity(environment);
  return google && { issuer: "google", getToken: google };
}
