import type { GetAwsKeys } from "../credentials";
import { findIdentity } from "../find-identity";
import { findContainerKeys } from "./container-keys";
import { findEnvironmentKeys } from "./environment-keys";
import { findInstanceKeys } from "./instance-keys";
import { findProfileKeys } from "./profile-keys";
import { webIdentityKeys } from "./web-identity-keys";

/**
 * Finds keys for AWS in the usual order: the environment; a role that an identity token may assume (in a file, at GitHub Actions, or
 * at Google); a profile; the container; the instance.
 *
 * @param usualRole the ARN of the role to assume, unless `AWS_ROLE_ARN` names one. @default none
 * @returns undefined if there are none of these
 * @throws StoreError if what is configured is broken
 */
export async function findAwsKeys(environment: NodeJS.ProcessEnv, usualRole?: string): Promise<GetAwsKeys | undefined> {
  const keys = findEnvironmentKeys(environment);
  if (keys !== undefined) return keys;
  const role = environment.AWS_ROLE_ARN || usualRole;
  const identity = role === undefined ? undefined : await findIdentity(environment, "AWS_WEB_IDENTITY_TOKEN_FILE");
  if (role !== undefined && identity !== undefined) return webIdentityKeys({ role, identity, environment });
  return findProfileKeys(environment) ?? findContainerKeys(environment) ?? (await findInstanceKeys(environment));
}
