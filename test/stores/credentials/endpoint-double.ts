import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request that the double received. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body's fields, if it is a form. */
  readonly form: Readonly<Record<string, string>>;
}

/** What the double answers: JSON, or text; undefined: 404. */
export type Answer = object | string | undefined;

/** An endpoint on loopback that issues credentials, or does not. */
export class EndpointDouble {
  asked: Asked[] = [];
  /** Gives the answer to a request. */
  answer: (asked: Asked) => Answer = () => undefined;
  /** Answers instead, if set. */
  misbehave: ((response: ServerResponse) => void) | undefined;
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      const form = Object.fromEntries(new URLSearchParams(body));
      const asked = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body, form };
      this.asked.push(asked);
      if (this.misbehave !== undefined) return this.misbehave(response);
      const answer = this.answer(asked);
      response.writeHead(answer === undefined ? 404 : 200, { "Metadata-Flavor": "Google" });
      return response.end(typeof answer === "object" ? JSON.stringify(answer) : answer);
    });
  });

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Without a final slash. */
  get url(): string {
    return `http://${this.host}`;
  }

  get paths(): string[] {
    return this.asked.map(({ path }) => path);
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** Forgets everything. */
  reset(): void {
    this.asked = [];
    this.answer = () => undefined;
    this.misbehave = undefined;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** Answers that no endpoint should give, and that must neither hang, crash nor be believed. */
export const hostileAnswers: readonly (readonly [name: string, (response: ServerResponse) => void])[] = [
  ["nothing", (response) => response.end()],
  ["no JSON", (response) => response.end("<html>")],
  ["JSON of another form", (response) => response.end("[1]")],
  ["null", (response) => response.end("null")],
  [
    "numbers for text",
    (response) =>
      response.end(
        '{"access_token":1,"expires_in":1,"value":1,"AccessKeyId":1,"SecretAccessKey":1,"Token":1,"Expiration":1,"refresh_token":1}',
      ),
  ],
  [
    "a line break in a token",
    (response) =>
      response.end(
        '{"access_token":"a\\nb","expires_in":3600,"expires_on":"9999999999","value":"a\\nb","refresh_token":"a\\nb","AccessKeyId":"a\\nb"}',
      ),
  ],
  ["too much", (response) => response.end(`{"access_token":"${"x".repeat(1_000_000)}","expires_in":3600}`)],
  ["a redirect", (response) => response.writeHead(307, { Location: "http://127.0.0.1:1/" }).end()],
  ["a refusal", (response) => response.writeHead(400).end('{"error":"invalid_grant","error_description":"secret"}')],
];

/** An environment in which nothing is found but what a test adds. */
export const emptyEnvironment: NodeJS.ProcessEnv = {
  NO_GCE_CHECK: "true",
  AWS_EC2_METADATA_DISABLED: "true",
  AZURE_POD_IDENTITY_AUTHORITY_HOST: "http://127.0.0.1:1",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
  CLOUDSDK_CONFIG: "/nonexistent",
  DOCKER_CONFIG: "/nonexistent",
};
