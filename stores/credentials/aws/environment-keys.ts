import type { GetAwsKeys } from "../credentials";

/** The keys of the environment, as every Lambda and `aws configure export-credentials --format env` set them. */
export function findEnvironmentKeys(environment: NodeJS.ProcessEnv): GetAwsKeys | undefined {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  const sessionToken = environment.AWS_SESSION_TOKEN || undefined;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return async () => ({ accessKeyId, secretAccessKey, sessionToken });
}
