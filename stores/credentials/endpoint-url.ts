import { isLoopbackHost } from "../../networks/loopback";
import { StoreError } from "../store-error";

/**
 * The link-local hosts that serve credentials inside clouds, by plain HTTP: the metadata servers of AWS and Azure, ECS, and EKS
 * Pod Identity (AWS SDKs and Tools Reference Guide, "Container credential provider").
 */
const credentialHosts: ReadonlySet<string> = new Set([
  "169.254.169.254",
  "[fd00:ec2::254]",
  "169.254.170.2",
  "169.254.170.23",
  "[fd00:ec2::23]",
]);

/**
 * The URL of an endpoint that receives or returns secrets: https, or http on loopback or at a cloud's own link-local host.
 *
 * @param text as configured
 * @param setting where it is configured, for the message
 * @throws StoreError
 */
export function endpointUrl(text: string, setting: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol === "http:" && (isLoopbackHost(url.hostname) || credentialHosts.has(url.hostname));
  if (url === undefined || (url.protocol !== "https:" && !isPlain) || url.username !== "" || url.password !== "") {
    throw new StoreError(
      `${setting} is not a URL that secrets may be sent to: use https, without a user name`,
      "denied",
    );
  }
  return url;
}
