import { digestOf } from "../../../stores/registry/content";

/** An answer of a {@link MemoryRegistry}. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Closes the connection after this many bytes of the body. @default the whole body is sent */
  readonly cutAfter?: number;
}

/** The digest of bytes by the algorithm of another digest. */
export function digestBy(digest: string, bytes: Buffer): string {
  return digestOf(bytes, digest.startsWith("sha512:") ? "sha512" : "sha256");
}

/** An answer of JSON. */
export function jsonAnswer(value: object, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = Buffer.from(JSON.stringify(value));
  return { status: 200, headers: { "Content-Type": "application/json", ...headers }, body };
}
