import type { GetAwsKeys } from "../../stores/credentials/credentials";
import type { FindLogin } from "../../stores/registry/docker-login";
import { StoreError } from "../../stores/store-error";

function requireVariable(environment: NodeJS.ProcessEnv, name: string): string {
  const value = environment[name];
  if (value) return value;
  throw new StoreError(`the environment variable ${name} is not set: the inventory names these credentials`, "denied");
}

/**
 * Hosts that credentials may be sent to, if they are set: `MIRRORFORM_<NAME>_HOSTS`, separated by commas. Without them, only the review
 * of the inventory protects the credentials from a changed endpoint.
 *
 * @throws StoreError if the host is none of them
 */
function requireHost(environment: NodeJS.ProcessEnv, name: string, host: string): void {
  const variable = `MIRRORFORM_${name}_HOSTS`;
  const permitted = (environment[variable] ?? "").split(",").map((each) => each.trim());
  if (!permitted.some((each) => each !== "") || permitted.includes(host)) return;
  throw new StoreError(
    `the inventory sends the credentials ${name} to ${host}, which ${variable} does not permit: correct one of them`,
    "denied",
  );
}

/**
 * Keys that the inventory names: `MIRRORFORM_<NAME>_ACCESS_KEY_ID` and `MIRRORFORM_<NAME>_SECRET_ACCESS_KEY`.
 *
 * @param endpoint the URL that the requests go to
 */
export function namedKeys(environment: NodeJS.ProcessEnv, name: string, endpoint: string): GetAwsKeys {
  return async () => {
    requireHost(environment, name, new URL(endpoint).host);
    return {
      accessKeyId: requireVariable(environment, `MIRRORFORM_${name}_ACCESS_KEY_ID`),
      secretAccessKey: requireVariable(environment, `MIRRORFORM_${name}_SECRET_ACCESS_KEY`),
    };
  };
}

/** The login that the inventory names: `MIRRORFORM_<NAME>_USERNAME` and `MIRRORFORM_<NAME>_PASSWORD`. */
export function namedLogin(environment: NodeJS.ProcessEnv, name: string): FindLogin {
  return async (host) => {
    requireHost(environment, name, host);
    return {
      username: requireVariable(environment, `MIRRORFORM_${name}_USERNAME`),
      password: requireVariable(environment, `MIRRORFORM_${name}_PASSWORD`),
    };
  };
}
