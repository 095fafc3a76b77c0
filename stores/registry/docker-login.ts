import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { RegistryError } from "./registry-error";

/** What a registry is told of who asks. */
export type Login =
  | { readonly username: string; readonly password: string }
  /** A refresh token of OAuth 2, which is exchanged for others. */
  | { readonly identityToken: string };

/** Finds a login for a registry's host, or none. */
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

/** Docker's file of settings: below `DOCKER_CONFIG`, or `~/.docker` (docker CLI, "Change the .docker directory"). */
function dockerConfigFile(environment: NodeJS.ProcessEnv): string {
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
    throw new RegistryError(`${file} is not Docker's configuration: repair it, or name another with DOCKER_CONFIG`);
  }
}

/** Docker Hub is kept by the address of its first API. */
function keyOf(host: string): string {
  return host === "docker.io" ? "https://index.docker.io/v1/" : host;
}

/** Old files name a registry by a URL. */
function bareHost(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function ofHost<T>(entries: Readonly<Record<string, T>> | undefined, host: string): T | undefined {
  const key = keyOf(host);
  const [, value] =
    Object.entries(entries ?? {}).find(([name]) => name === key) ??
    Object.entries(entries ?? {}).find(([name]) => bareHost(name) === bareHost(key)) ??
    [];
  return value;
}

function loginOf(username: string, secret: string): Login | undefined {
  // By this name a helper says that the secret is an identity token.
  if (username === "<token>") return { identityToken: secret };
  return username === "" ? undefined : { username, password: secret };
}

function written(config: DockerConfig, host: string): Login | undefined {
  const entry = ofHost(config.auths, host);
  if (!entry) return undefined;
  if (entry.identitytoken) return { identityToken: entry.identitytoken };
  const [username = "", ...password] = Buffer.from(entry.auth ?? "", "base64")
    .toString()
    .split(":");
  return loginOf(entry.username || username, entry.password ?? password.join(":"));
}

const answer = z.object({ Username: z.string(), Secret: z.string() });

/** What a helper says where it has nothing (docker-credential-helpers, `ErrCredentialsNotFound`). */
const nothingFound = /credentials not found/i;

/** How long a helper may take, in milliseconds: some ask the user. */
const patience = 120_000;

/** Asks a helper, by the protocol of docker-credential-helpers: the key on the standard input, JSON on the standard output. */
function ask(helper: string, key: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = `docker-credential-${helper}`;
  return new Promise((resolve, reject) => {
    const child = execFile(program, ["get"], { env: environment, timeout: patience }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      if (nothingFound.test(`${stdout}${stderr}`)) return resolve(undefined);
      if (error.code === "ENOENT") {
        return reject(
          new RegistryError(
            `${program}, which ${dockerConfigFile(environment)} names for ${key}, is not on the PATH: install it, or take it out there`,
          ),
        );
      }
      return reject(new RegistryError(`${program} gives no login for ${key}: ${`${stdout}${stderr}`.trim()}`));
    });
    // A helper that is not there, or ends at once, does not read it.
    child.stdin?.on("error", () => {});
    child.stdin?.end(key);
  });
}

async function helped(config: DockerConfig, host: string, environment: NodeJS.ProcessEnv): Promise<Login | undefined> {
  const helper = ofHost(config.credHelpers, host) ?? config.credsStore;
  if (!helper) return undefined;
  const told = await ask(helper, keyOf(host), environment);
  if (told === undefined) return undefined;
  try {
    const { Username, Secret } = answer.parse(JSON.parse(told));
    return loginOf(Username, Secret);
  } catch {
    throw new RegistryError(`docker-credential-${helper} answers what is no login: use another version of it`);
  }
}

/**
 * Finds logins where `docker login` leaves them: first by the helper that Docker's configuration names for a host or for all,
 * then in the file itself. Nothing is read before it is asked for.
 *
 * @throws RegistryError (when asked) where the file or the helper is broken
 */
export function dockerLogin(environment: NodeJS.ProcessEnv): FindLogin {
  return async (host) => {
    const config = readConfig(dockerConfigFile(environment));
    return (await helped(config, host, environment)) ?? written(config, host);
  };
}
