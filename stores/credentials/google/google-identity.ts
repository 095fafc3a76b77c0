import { StoreError } from "../../store-error";
import type { GetIdentityToken } from "../identity-token";
import { secretText } from "../read-secret-answer";
import { askMetadataServer, hasMetadataServer } from "./metadata-server";

/**
 * Identity tokens of the service account that the program runs as (Google Cloud, "Get an ID token", metadata server).
 *
 * @returns undefined if it does not run at Google
 */
export async function findGoogleIdentity(environment: NodeJS.ProcessEnv): Promise<GetIdentityToken | undefined> {
  if (!(await hasMetadataServer(environment))) return undefined;
  return async (audience) => {
    const text = await askMetadataServer(`identity?audience=${encodeURIComponent(audience)}&format=full`, environment);
    const token = secretText.safeParse(text.trim());
    if (token.success) return token.data;
    throw new StoreError("Google's metadata server answered without a usable identity token", "denied");
  };
}
