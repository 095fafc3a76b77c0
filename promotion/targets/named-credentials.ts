import type { GetAwsKeys } from "../../stores/credentials/credentials";
import type { FindLogin } from "../../stores/registry/docker-login";
import { StoreError } from "../../stores/store-error";

function requireVariable(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new StoreError(`the environment variable ${name} is not set: the inventory names these credentials`, "denied");
}

/** Keys that the inventory names: `MIRRORFORM_<NAME>_ACCESS_KEY_ID` and `MIRRORFORM_<NAME>_SECRET_ACCESS_KEY`. */
export function namedKeys(environment: NodeJS.ProcessEnv, name: string): GetAwsKeys {
  return async () => ({
    accessKeyId: requireVariable(environment, `MIRRORFORM_${name}_ACCESS_KEY_ID`),
    secretAccessKey: requireVariable(environment, `MIRRORFORM_${name}_SECRET_ACCESS_KEY`),
  });
}

/** The login that the inventory names: `MIRRORFORM_<NAME>_USERNAME` and `MIRRORFORM_<NAME>_PASSWORD`. */
export function namedLogin(environment: NodeJS.ProcessEnv, name: string): FindLogin {
  return async () => ({
    username: requireVariable(environment, `MIRRORFORM_${name}_USERNAME`),
    password: requireVariable(environment, `MIRRORFORM_${name}_PASSWORD`),
  });
}
