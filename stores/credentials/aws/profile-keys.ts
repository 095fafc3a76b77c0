import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { StoreError } from "../../store-error";
import type { GetAwsKeys } from "../credentials";

/** The settings of one section of an INI file (AWS SDKs and Tools Reference Guide, "Shared config and credentials files"). */
function readSection(text: string, section: string): ReadonlyMap<string, string> | undefined {
  let current: Map<string, string> | undefined;
  const sections = new Map<string, Map<string, string>>();
  for (const line of text.split(/\r?\n/)) {
    const [, name] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (name !== undefined) {
      current = new Map();
      sections.set(name.trim(), current);
    }
    const [, key, value] = /^([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined) current?.set(key, value ?? "");
  }
  return sections.get(section);
}

/**
 * The keys of a profile in `~/.aws/credentials` (`AWS_SHARED_CREDENTIALS_FILE`, `AWS_PROFILE`). Profiles that get their keys elsewhere
 * (SSO, roles, processes) are not followed: the AWS CLI exports those.
 *
 * @returns undefined if there is no such file or profile, and none is named
 * @throws StoreError if `AWS_PROFILE` names a profile without keys
 */
export function findProfileKeys(environment: NodeJS.ProcessEnv): GetAwsKeys | undefined {
  const { AWS_PROFILE: named, AWS_SHARED_CREDENTIALS_FILE } = environment;
  const file = AWS_SHARED_CREDENTIALS_FILE || join(homedir(), ".aws", "credentials");
  const profile = named || "default";
  const section = existsSync(file) ? readSection(readFileSync(file, "utf8"), profile) : undefined;
  const accessKeyId = section?.get("aws_access_key_id");
  const secretAccessKey = section?.get("aws_secret_access_key");
  const sessionToken = section?.get("aws_session_token") || undefined;
  if (accessKeyId && secretAccessKey) return async () => ({ accessKeyId, secretAccessKey, sessionToken });
  if (!named) return undefined;
  throw new StoreError(
    `the profile ${profile} has no keys in ${file}: run \`eval "$(aws configure export-credentials --profile ${profile} --format env)"\`, and unset AWS_PROFILE`,
    "denied",
  );
}
