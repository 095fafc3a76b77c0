import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";

/** The certificate that programs trust through `NODE_EXTRA_CA_CERTS`. */
export const trustedCertificate = join(__dirname, "../test/fixtures/tls/certificate.pem");
const trusted = { cert: readFileSync(trustedCertificate), key: readFileSync(join(trustedCertificate, "../key.pem")) };
/** A self-signed certificate for another name: `openssl req -x509 -newkey ec … -subj /CN=elsewhere.example`. */
const wrong = {
  cert: readFileSync(join(__dirname, "elsewhere-certificate.pem")),
  key: readFileSync(join(__dirname, "elsewhere-key.pem")),
};

/**
 * A loopback port in front of a server. It can be closed and opened again, and its certificate can be replaced by a
 * valid one.
 */
export class FrontDoor {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #isTls: boolean;
  #port = 0;

  /** @param target the port behind it @param certificate enables TLS */
  constructor(target: number, certificate?: "wrong") {
    this.#isTls = certificate !== undefined;
    const welcome = (socket: Socket) => this.#lead(socket, target);
    this.#server = this.#isTls ? createTlsServer(wrong, welcome) : createServer(welcome);
    this.#server.on("tlsClientError", () => {});
  }

  /** Its URL, without a path; known once it has been opened. */
  get base(): string {
    return `${this.#isTls ? "https" : "http"}://127.0.0.1:${this.#port}`;
  }

  /** Opens it, at the same port every time. */
  async open(): Promise<void> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Closes it, and all its connections. */
  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Uses the trusted certificate from now on. */
  repairCertificate(): void {
    (this.#server as TlsServer).setSecureContext(trusted);
  }

  #lead(socket: Socket, target: number): void {
    const behind = connect(target, "127.0.0.1");
    for (const [end, other] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      this.#sockets.add(end);
      end.on("error", () => {});
      end.once("close", () => {
        this.#sockets.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }
}
