import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { GetToken } from "../credentials";
import { keepUntilExpiry } from "../keep-until-expiry";
import { expiryIn, readSecretAnswer, tokenAnswer } from "../read-secret-answer";
import { readSecretFile } from "../read-secret-file";
import { readGoogleCredentials } from "./google-credentials";
import { askMetadataServer, hasMetadataServer } from "./metadata-server";

/** The file that `gcloud auth application-default login` writes (Google Cloud, "How Application Default Credentials works"). */
function findDefaultFile({ CLOUDSDK_CONFIG }: NodeJS.ProcessEnv): string | undefined {
  const file = join(CLOUDSDK_CONFIG || join(homedir(), ".config", "gcloud"), "application_default_credentials.json");
  return existsSync(file) ? file : undefined;
}

async function fetchMetadataToken(environment: NodeJS.ProcessEnv) {
  const text = await askMetadataServer("token", environment);
  const { access_token, expires_in } = readSecretAnswer(text, tokenAnswer, "Google's metadata server");
  return { value: access_token, until: expiryIn(expires_in) };
}

/**
 * Finds Google's access tokens where its own libraries do (Application Default Credentials): the file that
 * `GOOGLE_APPLICATION_CREDENTIALS` names, the file of `gcloud auth application-default login`, the metadata server.
 *
 * @returns undefined if there are none of these
 * @throws StoreError if a file is broken
 */
export async function findGoogleToken(environment: NodeJS.ProcessEnv): Promise<GetToken | undefined> {
  const named = environment.GOOGLE_APPLICATION_CREDENTIALS || undefined;
  const file = named ?? findDefaultFile(environment);
  if (file !== undefined) {
    const setting = named === undefined ? "the default of gcloud" : "GOOGLE_APPLICATION_CREDENTIALS";
    return keepUntilExpiry(readGoogleCredentials(readSecretFile(file, setting), file, environment));
  }
  if (!(await hasMetadataServer(environment))) return undefined;
  return keepUntilExpiry(() => fetchMetadataToken(environment));
}
