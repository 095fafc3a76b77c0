/**
 * Gets an access token (OAuth 2.0) that is valid for at least a minute: of Google, or of Microsoft Entra for Azure. Implementations
 * keep a token until it is about to expire, so callers ask before each request.
 *
 * @throws StoreError "denied" if there is none
 */
export type GetToken = (signal?: AbortSignal) => Promise<string>;

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
 * @throws StoreError "denied" if there are none
 */
export type GetAwsKeys = (signal?: AbortSignal) => Promise<AwsKeys>;
