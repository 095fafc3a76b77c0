import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type LambdaEvent,
  type LoadBalancerEvent,
  type PayloadEvent,
  requestOf,
  resultOf,
} from "../../../redirector/servers/lambda-events";
import type { Answer } from "../../../routing/answer";

const folder = join(__dirname, "../..", "fixtures", "lambda-events");

function recorded(name: string): LambdaEvent {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
}

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  {
    name: "http-api",
    method: "GET",
    target: `/v2/pause/blobs/${encodeURIComponent(digest)}?ns=registry.k8s.io`,
    host: "registry.example.org",
    peer: "52.94.76.1",
    accept: "application/vnd.oci.image.layer.v1.tar+gzip,*/*",
    forwarded: "35.180.1.1, 52.94.76.1",
  },
  {
    name: "function-url",
    method: "HEAD",
    target: "/release/v1.34.0/notes%20and%20more.txt?mirrorlist=json&from=a%2Fb",
    host: "dl.example.org",
    peer: "130.176.0.5",
    accept: "application/json,text/plain",
    forwarded: "198.51.100.7",
  },
  {
    name: "load-balancer",
    method: "GET",
    target: "/release/v1.34.0/notes%20and%20more.txt?mirrorlist&from=a%2Fb",
    host: "dl.example.org",
    peer: undefined,
    accept: "*/*",
    forwarded: "203.0.113.9, 52.94.76.1",
  },
  {
    name: "load-balancer-many-values",
    method: "GET",
    target: "/v2/pause/tags/list?n=5&n=10&last=a%2Bb",
    host: "registry.example.org",
    peer: undefined,
    accept: "application/json, text/plain",
    forwarded: "203.0.113.9, 52.94.76.1",
  },
  {
    name: "load-balancer-health-check",
    method: "GET",
    target: "/-/health",
    host: "",
    peer: undefined,
    accept: undefined,
    forwarded: undefined,
  },
])("$name: the request that it carries", ({ name, accept, forwarded, ...expected }) => {
  const { header, ...request } = requestOf(recorded(name));
  expect(request).toEqual(expected);
  expect(header("accept")).toBe(accept);
  expect(header("x-forwarded-for")).toBe(forwarded);
  expect(header("x-missing")).toBeUndefined();
});

function httpApi(rawPath: string, domainName = "dl.example.org"): PayloadEvent {
  const requestContext = { domainName, http: { method: "GET", sourceIp: "192.0.2.1" } };
  return { rawPath, rawQueryString: "", requestContext };
}

describe("an HTTP API decodes the path, so it is encoded again", () => {
  test.each([
    ["/bin/a b", "/bin/a%20b"],
    ["/100%", "/100%25"],
    ["/a%41", "/a%2541"],
    ["/caf\u00e9", "/caf%C3%A9"],
    ["/what?", "/what%3F"],
    ["/a#b", "/a%23b"],
    ["/a/../b", "/a/../b"],
    ["/a\r\nb", "/a%0D%0Ab"],
    ["/half \ud800 a pair", "/half%20%EF%BF%BD%20a%20pair"],
    ["", ""],
  ])("%j", (rawPath, target) => expect(requestOf(httpApi(rawPath)).target).toBe(target));
});

test.each([
  ["k3v7.lambda-url.eu-west-1.on.aws", "/a%20b"],
  // A custom domain may have such a name, and still belongs to an HTTP API.
  ["k3v7.lambda-url.example.org", "/a%2520b"],
  ["lambda-url.eu-west-1.on.aws.example.org", "/a%2520b"],
])("%s: whether the path is unchanged", (domainName, target) => {
  expect(requestOf(httpApi("/a%20b", domainName)).target).toBe(target);
});

test("behind a function URL without CloudFront, the host is the function's own name", () => {
  const event = recorded("function-url") as PayloadEvent;
  const { "x-forwarded-host": _, ...headers } = event.headers ?? {};
  expect(requestOf({ ...event, headers }).host).toMatch(/lambda-url\.eu-west-1\.on\.aws$/);
});

test("elsewhere X-Forwarded-Host is ignored", () => {
  const event = recorded("http-api") as PayloadEvent;
  const headers = { ...event.headers, "x-forwarded-host": "evil.example" };
  expect(requestOf({ ...event, headers }).host).toBe("registry.example.org");
});

test("several Host headers from a load balancer are joined, so that there is no valid host", () => {
  const event = recorded("load-balancer-many-values") as LoadBalancerEvent;
  const multiValueHeaders = { ...event.multiValueHeaders, host: ["registry.example.org", "dl.example.org"] };
  expect(requestOf({ ...event, multiValueHeaders }).host).toBe("registry.example.org, dl.example.org");
});

test.each([
  ["a REST API's", recorded("rest-api")],
  ["no HTTP event", {} as LambdaEvent],
])("%s is refused with a message", (_, event) => expect(() => requestOf(event)).toThrow(/payload format 2\.0/));

const redirect: Answer = { status: 307, headers: { Location: "https://mirror.example/x", Vary: "*" }, body: "" };
const refusal: Answer = { status: 404, headers: { "Content-Type": "text/plain" }, body: "no\n" };
const common = { body: "", isBase64Encoded: false };

test.each([
  ["http-api", { ...common, statusCode: 307, headers: redirect.headers }],
  ["function-url", { ...common, statusCode: 307, headers: redirect.headers }],
  [
    "load-balancer",
    { ...common, statusCode: 307, statusDescription: "307 Temporary Redirect", headers: redirect.headers },
  ],
  [
    "load-balancer-many-values",
    {
      ...common,
      statusCode: 307,
      statusDescription: "307 Temporary Redirect",
      multiValueHeaders: { Location: ["https://mirror.example/x"], Vary: ["*"] },
    },
  ],
])("%s: the result has its format", (name, result) =>
  expect(resultOf(recorded(name), redirect, "GET")).toEqual(result),
);

test("HEAD has no body", () => {
  expect(resultOf(recorded("load-balancer"), refusal, "GET").body).toBe("no\n");
  expect(resultOf(recorded("load-balancer"), refusal, "HEAD").body).toBe("");
});
