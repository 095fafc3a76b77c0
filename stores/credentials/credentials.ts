/**
 * Gets an access token (OAuth 2.0) that is valid for at least a minute: of Google, or of Microsoft Entra for Azure. Implementations
 * keep a token until it is about to expire, so callers ask before each request.
 *
 * @returns undefined if there is none: the request is sent without one, which is enough to read public stores
 * @throws StoreError "denied" if what is configured gives none
 */
export type GetToken = (signal?: AbortSignal) => Promise<string | undefined>;

/** What signs requests to AWS and S3-compatible stores. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** With temporary keys. @default none */
  readonly sessionToken?: string | undefined;
}

/**
 * Gets keys that are valid for at least a minute. Implementations keep temporary keys until they are about to expire, so callers ask
 * before each request.
 *
 * @returns undefined if there are none: the request is sent unsigned, which is enough to read public stores
 * @throws StoreError "denied" if what is configured gives none
 */
export type GetAwsKeys = (signal?: AbortSignal) => Promise<AwsKeys | undefined>;
