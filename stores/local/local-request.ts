/** A request to a {@link LocalRegistry}. */
export interface LocalRequest {
  readonly method: string;
  readonly url: URL;
  /** By name, in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}
