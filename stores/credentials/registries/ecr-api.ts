import { awsDomain } from "../aws/aws-region";
import { endpointUrl } from "../endpoint-url";

/** The host of ECR Public, for all accounts. */
export const ecrPublicHost = "public.ecr.aws";

const privateHost = /^(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.(amazonaws\.com(\.cn)?|on\.aws)$/;

/** Whether a host is a registry of AWS. */
export function isEcrRegistry(host: string): boolean {
  return host === ecrPublicHost || privateHost.test(host);
}

/** The JSON API of a registry of AWS. */
export interface EcrApi {
  readonly url: URL;
  readonly service: "ecr" | "ecr-public";
  readonly region: string;
  /** For messages. */
  readonly name: string;
  /** The account whose registry it is. @default the host does not say it: ECR Public */
  readonly account?: string;
  /** The headers of a request. @param operation such as `GetAuthorizationToken` */
  headersOf(operation: string): Readonly<Record<string, string>>;
}

function headersFor(service: string): EcrApi["headersOf"] {
  return (operation) => ({ "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": `${service}.${operation}` });
}

/** ECR Public's API is in us-east-1 only (Amazon ECR, "Amazon ECR Public endpoints and quotas"). */
export function ecrApiOf(host: string, environment: NodeJS.ProcessEnv): EcrApi {
  const { AWS_ENDPOINT_URL_ECR, AWS_ENDPOINT_URL_ECR_PUBLIC } = environment;
  if (host === ecrPublicHost) {
    const usual = "https://api.ecr-public.us-east-1.amazonaws.com";
    const url = endpointUrl(AWS_ENDPOINT_URL_ECR_PUBLIC || usual, "AWS_ENDPOINT_URL_ECR_PUBLIC");
    const headersOf = headersFor("SpencerFrontendService");
    return { url, service: "ecr-public", region: "us-east-1", name: "Amazon ECR Public", headersOf };
  }
  const [, account = "", region = ""] = privateHost.exec(host) ?? [];
  const usual = `https://api.ecr.${region}.${awsDomain(region)}`;
  const url = endpointUrl(AWS_ENDPOINT_URL_ECR || usual, "AWS_ENDPOINT_URL_ECR");
  const headersOf = headersFor("AmazonEC2ContainerRegistry_V20150921");
  return { url, service: "ecr", region, name: "Amazon ECR", account, headersOf };
}
