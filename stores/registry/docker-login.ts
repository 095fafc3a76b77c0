import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { StoreError } from "../store-error";

/** The credentials for a registry. */
export type Login =
  | { readonly username: string; readonly password: string }
  /** A refresh token of OAuth 2, which is exchanged for access tokens. */
  | { readonly identityToken: string };

/** Finds the login for a registry's host; undefined if there is none. */
export type FindLogin = (host: string) => Promise<Login | undefined>;

const dockerConfig = z.object({
  auths: z
    .record(
      z.string(),
      z.object({
        auth: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        identitytoken: z.string().optional(),
      }),
    )
    .optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});

type DockerConfig = z.infer<typeof dockerConfig>;

/** Docker's configuration file: in `DOCKER_CONFIG`, or `~/.docker` (docker CLI, "Change the .docker directory"). */
function findConfigFile(environment: NodeJS.ProcessEnv): string {
  return join(environment.DOCKER_CONFIG || join(homedir(), ".docker"), "config.json");
}

function readConfig(file: string): DockerConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return {};
  }
  try {
    return dockerConfig.parse(JSON.parse(text));
  } catch {
    throw new StoreError(`${file} is not a Docker configuration: repair it, or set DOCKER_CONFIG to another directory`);
  }
}

/** The key of a registry in Docker's configuration: Docker Hub has the address of its first API. */
function keyOf(host: string): string {
  return host === "docker.io" ? "https://index.docker.io/v1/" : host;
}

/** Older files have URLs as keys. */
function bareHost(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function findByHost<T>(entries: Readonly<Record<string, T>> | undefined, host: string): T | undefined {
  const key = keyOf(host);
  const [, value] =
    Object.entries(entries ?? {}).find(([name]) => name === key) ??
    Object.entries(entries ?? {}).find(([name]) => bareHost(name) === bareHost(key)) ??
    [];
  return value;
}

function createLogin(username: string, secret: string): Login | undefined {
  // With this name a helper marks the secret as an identity token.
  if (username === "<token>") return { identityToken: secret };
  return username === "" ? undefined : { username, password: secret };
}

function readLogin(config: DockerConfig, host: string): Login | undefined {
  const entry = findByHost(config.auths, host);
  if (!entry) return undefined;
  if (entry.identitytoken) return { identityToken: entry.identitytoken };
  const [username = "", ...password] = Buffer.from(entry.auth ?? "", "base64")
    .toString()
    .split(":");
  return createLogin(entry.username || username, entry.password ?? password.join(":"));
}

const answer = z.object({ Username: z.string(), Secret: z.string() });

/** The message of a helper that has no login (docker-credential-helpers, `ErrCredentialsNotFound`). */
const nothingFound = /credentials not found/i;

/** How long a helper may take, in milliseconds: some prompt the user. */
const patience = 120_000;

/** Runs a helper, by the protocol of docker-credential-helpers: the key on its standard input, JSON on its standard output. */
function runHelper(helper: string, key: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = `docker-credential-${helper}`;
  return new Promise((resolve, reject) => {
    const child = execFile(program, ["get"], { env: environment, timeout: patience }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (nothingFound.test(`${stdout}${stderr}`)) return resolve(undefined);
      if (error.code === "ENOENT") {
        return reject(
          new StoreError(
            `${program}, which ${findConfigFile(environment)} names for ${key}, is not on the PATH: install it, or remove it there`,
          ),
        );
      }
      return reject(new StoreError(`${program} returned no login for ${key}: ${`${stdout}${stderr}`.trim()}`));
    });
    // A helper that is missing, or ends at once, does not read its input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(key);
  });
}

async function askHelper(
  config: DockerConfig,
  host: string,
  environment: NodeJS.ProcessEnv,
): Promise<Login | undefined> {
  const helper = findByHost(config.credHelpers, host) ?? config.credsStore;
  if (!helper) return undefined;
  const output = await runHelper(helper, keyOf(host), environment);
  if (output === undefined) return undefined;
  try {
    const { Username, Secret } = answer.parse(JSON.parse(output));
    return createLogin(Username, Secret);
  } catch {
    throw new StoreError(`docker-credential-${helper} returned no valid login: use another version of it`);
  }
}

/**
 * Finds the logins that `docker login` stores: first with the helper that Docker's configuration names for a host or for all,
 * then in the file itself. Nothing is read before the first call.
 *
 * @throws StoreError (from the returned function) if the file or the helper is broken
 */
export function dockerLogin(environment: NodeJS.ProcessEnv): FindLogin {
  return async (host) => {
    const config = readConfig(findConfigFile(environment));
    return (await askHelper(config, host, environment)) ?? readLogin(config, host);
  };
}
