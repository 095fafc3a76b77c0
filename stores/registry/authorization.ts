import type { IncomingMessage } from "node:http";
import { type Body, bodyOf, exchange, type Outgoing, readBody } from "../http/exchange";
import { StoreError } from "../store-error";
import { type Challenge, parseChallenges } from "./challenge";
import type { FindLogin, Login } from "./docker-login";
import { createRefusal } from "./refusal";
import { type TokenServer, tokenServer } from "./token-server";

/** The access that is needed, and the sources of logins. */
export interface AuthorizationOptions {
  /** As in the names of images. */
  readonly host: string;
  /** Each is `repository:NAME:pull,push` (distribution, "Token Scope Documentation"). */
  readonly scopes: readonly string[];
  readonly findLogin: FindLogin;
  /** Token servers of other sites that get the login: `HOST` or `HOST:PORT`. @default none */
  readonly realms?: readonly string[];
  /** Sends requests to token servers. @default {@link exchange} */
  readonly send?: (outgoing: Outgoing) => Promise<IncomingMessage>;
  /** What is shared with other repositories of the same registry. @default nothing */
  readonly memory?: ChallengeMemory;
}

/** What a registry demands, once it is known: the next repository gets its authorization before the first request. */
export interface ChallengeMemory {
  /** Without scopes. */
  challenges?: readonly Challenge[] | undefined;
}

/** Size limit of a token server's response, in bytes: tokens have a few kilobytes. */
const longestToken = 1024 * 1024;

/** A valid value of a header (RFC 9110, section 5.5). */
const tokenPattern = /^[!-~](?:[ -~]*[!-~])?$/;

const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;

function form(fields: Readonly<Record<string, string>>): Body {
  return bodyOf(Buffer.from(new URLSearchParams(fields).toString()));
}

/** The scope belongs to one repository. */
function withoutScope({ scheme, parameters: { scope: _, ...parameters } }: Challenge): Challenge {
  return { scheme, parameters };
}

function readToken(text: string): string | undefined {
  try {
    const { token, access_token: accessToken } = JSON.parse(text) as Record<string, unknown>;
    return [token, accessToken].find((each): each is string => typeof each === "string" && tokenPattern.test(each));
  } catch {
    return undefined;
  }
}

/**
 * The `Authorization` for one registry, obtained after a challenge and then kept for all requests: the login itself (Basic), or
 * a token (Bearer) from the server that the challenge names, either for the login or anonymous.
 */
export class Authorization {
  readonly #options: AuthorizationOptions;
  readonly #scopes: Set<string>;
  readonly #memory: ChallengeMemory;
  #header: Promise<string> | undefined;
  #preparing: Promise<void> | undefined;

  constructor(options: AuthorizationOptions) {
    this.#options = options;
    this.#scopes = new Set(options.scopes);
    this.#memory = options.memory ?? {};
  }

  /** Adds a scope: a token without it is not sent again. */
  require(scope: string): void {
    if (this.#scopes.has(scope)) return;
    this.#scopes.add(scope);
    this.#header = undefined;
  }

  /** The header to send; undefined before the first challenge. */
  get header(): Promise<string> | undefined {
    return this.#header;
  }

  /** Gets the header in advance if it is known what the registry demands. Does not fail: the registry's own challenge shows why. */
  async prepare(): Promise<void> {
    const { challenges } = this.#memory;
    if (this.#header === undefined && challenges !== undefined) this.#preparing = this.#startEarly(challenges);
    await this.#preparing;
  }

  async #startEarly(challenges: readonly Challenge[]): Promise<void> {
    try {
      await this.#start(challenges);
    } catch {
      this.#memory.challenges = undefined;
    } finally {
      this.#preparing = undefined;
    }
  }

  /**
   * Answers a challenge. Requests that are refused at the same time share one answer.
   *
   * @param refused the header that was sent
   * @throws StoreError if there is no login, or it is refused
   */
  renew(challenge: string, refused: Promise<string> | undefined): Promise<string> {
    if (this.#header !== undefined && this.#header !== refused) return this.#header;
    const challenges = parseChallenges(challenge);
    this.#memory.challenges = challenges.map(withoutScope);
    return this.#start(challenges);
  }

  #start(challenges: readonly Challenge[]): Promise<string> {
    const header = this.#obtain(challenges);
    this.#header = header;
    header.catch(() => {
      if (this.#header === header) this.#header = undefined;
    });
    return header;
  }

  async #obtain(challenges: readonly Challenge[]): Promise<string> {
    const { host, findLogin } = this.#options;
    const login = await findLogin(host);
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer) return `Bearer ${await this.#getToken(bearer, login)}`;
    if (!challenges.some(({ scheme }) => scheme === "basic")) {
      throw new StoreError(`${host} requires a login by an unsupported scheme (neither Basic nor Bearer)`, "denied");
    }
    if (login && "password" in login) return basic(login.username, login.password);
    throw new StoreError(`${host} requires a login: run \`docker login ${host}\` first`, "denied");
  }

  /** Distribution, "Token Authentication Specification"; for identity tokens "OAuth2 Token Authentication". */
  async #getToken({ parameters }: Challenge, login: Login | undefined): Promise<string> {
    const { host, realms = [] } = this.#options;
    const server = tokenServer(parameters.realm ?? "", { host, realms, hasLogin: login !== undefined });
    const { url } = server;
    const service = parameters.service ?? "";
    const scopes = [...new Set([...(parameters.scope ?? "").split(" "), ...this.#scopes])].filter(Boolean);
    const response =
      login && "identityToken" in login
        ? await this.#refreshToken(server, service, scopes, login.identityToken)
        : await this.#requestToken(server, service, scopes, login);
    if (response.statusCode !== 200) throw await createRefusal(response, url, host, "the request for a token");
    const token = readToken((await readBody(response, url, longestToken)).toString());
    if (token === undefined) throw new StoreError(`${url.host} answered without a usable token: try again later`);
    return token;
  }

  #send(outgoing: Outgoing): Promise<IncomingMessage> {
    return (this.#options.send ?? exchange)(outgoing);
  }

  #refreshToken({ url, publicOnly }: TokenServer, service: string, scopes: readonly string[], token: string) {
    const fields = { grant_type: "refresh_token", client_id: "mirrorform", service, scope: scopes.join(" ") };
    return this.#send({
      method: "POST",
      url,
      publicOnly,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: form({ ...fields, refresh_token: token }),
    });
  }

  #requestToken(
    { url, publicOnly }: TokenServer,
    service: string,
    scopes: readonly string[],
    login: Exclude<Login, { identityToken: string }> | undefined,
  ) {
    if (service !== "") url.searchParams.set("service", service);
    for (const scope of scopes) url.searchParams.append("scope", scope);
    const headers = login && { Authorization: basic(login.username, login.password) };
    return this.#send({ method: "GET", url, publicOnly, ...(headers && { headers }) });
  }
}
