import { exchange } from "../../http/exchange";
import { askEndpoint } from "../ask-endpoint";

/** How long the metadata server may take to show that it exists, in milliseconds: it is on the same machine. */
const patience = 1_000;

/**
 * A URL of the metadata server of Compute Engine and Cloud Run. `GCE_METADATA_HOST` names another server, as for Google's own
 * libraries.
 *
 * @param path below `computeMetadata/v1/`
 */
function metadataUrl(path: string, environment: NodeJS.ProcessEnv): URL {
  return new URL(`http://${environment.GCE_METADATA_HOST || "metadata.google.internal"}/computeMetadata/v1/${path}`);
}

/**
 * Whether the program runs at Google: Cloud Run says so in its environment ("Container runtime contract"); elsewhere the metadata
 * server answers with its header, or nothing does. `NO_GCE_CHECK` skips the question, as for Google's own libraries.
 */
export async function hasMetadataServer(environment: NodeJS.ProcessEnv): Promise<boolean> {
  const { CLOUD_RUN_JOB, K_SERVICE, GCE_METADATA_HOST, NO_GCE_CHECK } = environment;
  if (CLOUD_RUN_JOB || K_SERVICE || GCE_METADATA_HOST) return true;
  if (NO_GCE_CHECK) return false;
  try {
    const headers = { "Metadata-Flavor": "Google" };
    const response = await exchange({ method: "GET", url: metadataUrl("", environment), headers, deadline: patience });
    response.destroy();
    return response.headers["metadata-flavor"] === "Google";
  } catch {
    return false;
  }
}

/**
 * Asks the metadata server about the service account that the program runs as.
 *
 * @param path below the account, with a query
 * @throws StoreError
 */
export function askMetadataServer(path: string, environment: NodeJS.ProcessEnv): Promise<string> {
  return askEndpoint({
    name: "Google's metadata server",
    url: metadataUrl(`instance/service-accounts/default/${path}`, environment),
    headers: { "Metadata-Flavor": "Google" },
    fix: "run the program as a service account",
  });
}
