import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { bodyOf, exchange, readBody } from "../../http/exchange";
import { hostLimits } from "../../http/host-limits";
import { retry, type Wait, waitByTimer } from "../../http/retry";
import type { DigestLister } from "../../registry/digest-lister";
import type { ListedDigest } from "../../registry/listed-digest";
import { readDigest, readSize, readTags } from "../../registry/tag-list";
import { StoreError, type StoreFault, TransientError } from "../../store-error";
import { signAws } from "../aws/sign-aws";
import type { AwsKeys, GetAwsKeys } from "../credentials";
import type { EcrApi } from "./ecr-api";

/** How the digests of a registry are listed. */
export interface EcrDigestsOptions {
  readonly api: EcrApi;
  readonly getKeys: GetAwsKeys;
  /** Whose registry it is: another account may have a repository of the same name. */
  readonly account: string;
  /** @default a timer */
  readonly wait?: Wait;
}

/** The most images of one answer (Amazon ECR Public API Reference, "DescribeImages", `maxResults`; that of ECR is the same). */
const pageLength = 1_000;
/** The longest answer that is read, in bytes: an image with all that ECR tells about it has up to a few kilobytes. */
const longestAnswer = 16 * 1024 * 1024;
/** Pages of one repository: ECR Public has at most 100,000 images in one (its quotas), and an answer may have fewer than are asked for. */
const mostPages = 1_000;

/** The members of the answer that are used (the same page, "Response Elements"). */
const answer = z.object({
  imageDetails: z
    .array(
      z.object({
        imageDigest: z.unknown().optional(),
        imageTags: z.unknown().optional(),
        imageSizeInBytes: z.unknown().optional(),
        imageManifestMediaType: z.unknown().optional(),
      }),
    )
    .optional(),
  nextToken: z.string().max(100_000).nullish(),
});

type Answer = z.infer<typeof answer>;

/** The code of an error, without the namespace: `{"__type":"com.amazonaws…#AccessDeniedException"}`. */
function findErrorCode(text: string): string {
  return /"__type"\s*:\s*"(?:[\w.]{1,200}#)?(\w{1,64})"/.exec(text.slice(0, 4_096))?.[1] ?? "";
}

async function createRefusal(response: IncomingMessage, { name, url, service }: EcrApi): Promise<StoreError> {
  const { statusCode: status = 0 } = response;
  const code = findErrorCode((await readBody(response, url, longestAnswer)).toString());
  const message = `${name} (${url.host}) answered DescribeImages with status ${status}${code && ` (${code})`}`;
  if (/Throttling|TooManyRequests|LimitExceeded/.test(code) || status === 429) {
    return new TransientError(`${message}: try again later`, undefined, "throttled", url.host);
  }
  if (status >= 500) return new TransientError(`${message}: try again later`);
  const fault: StoreFault = code === "RepositoryNotFoundException" ? "absent" : "denied";
  return new StoreError(`${message}: permit ${service}:DescribeImages`, fault);
}

async function ask(api: EcrApi, keys: AwsKeys, body: string, signal: AbortSignal | undefined): Promise<Answer> {
  const { url, service, region, name } = api;
  const plain = { ...api.headersOf("DescribeImages"), "User-Agent": "mirrorform" };
  const headers = await signAws({ method: "POST", url, headers: plain, body, service, region }, keys);
  const request = { method: "POST", url, headers, body: bodyOf(Buffer.from(body)), signal } as const;
  const response = await hostLimits.run(url.host, "other", () => exchange(request), signal);
  if (response.statusCode !== 200) throw await createRefusal(response, api);
  const text = (await readBody(response, url, longestAnswer)).toString();
  try {
    return answer.parse(JSON.parse(text));
  } catch {
    throw new StoreError(`${name} (${url.host}) does not send a list of images`);
  }
}

function readPage({ imageDetails = [] }: Answer, { name }: EcrApi): ReadonlyMap<string, ListedDigest> {
  return new Map(
    imageDetails.map(({ imageDigest, imageTags, imageSizeInBytes, imageManifestMediaType }) => [
      readDigest(imageDigest, name),
      { tags: readTags(imageTags, name), size: readSize(imageSizeInBytes, imageManifestMediaType) },
    ]),
  );
}

/** ECR Public's own names have no alias: `ALIAS/kubernetes/pause` is `kubernetes/pause`. */
function ownName(name: string, { service }: EcrApi): string {
  return service === "ecr" ? name : name.slice(name.indexOf("/") + 1);
}

/**
 * Lists the digests of repositories of Amazon ECR and ECR Public by `DescribeImages` of their JSON APIs, because their `tags/list` has no
 * digests. It needs the permission `ecr:DescribeImages` or `ecr-public:DescribeImages`.
 */
export function ecrDigests({ api, getKeys, account, wait = waitByTimer }: EcrDigestsOptions): DigestLister {
  return async function* list(name, signal) {
    let nextToken: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const keys = await getKeys();
      if (keys === undefined) throw new StoreError(`${api.name} lists images only with credentials`, "denied");
      const question = { registryId: account, repositoryName: ownName(name, api), maxResults: pageLength, nextToken };
      const found = await retry(
        () => ask(api, keys, JSON.stringify(question), signal),
        ({ after }, usual) => wait(after ?? usual, signal),
      ).catch((error): Answer => {
        if (error instanceof StoreError && error.fault === "absent") return {};
        throw error;
      });
      yield readPage(found, api);
      nextToken = found.nextToken || undefined;
      if (nextToken === undefined) return;
    }
    throw new StoreError(`${api.name} lists ${name} on more than ${mostPages} pages`);
  };
}
