import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import type timers from "node:timers/promises";
import { setTimeout } from "node:timers/promises";
import { runMirrorform, startMirrorform } from "./run-mirrorform";
import { ofSmall } from "./small-inventory";

jest.mock("node:timers/promises", () => {
  const actual = jest.requireActual<typeof timers>("node:timers/promises");
  return { ...actual, setTimeout: jest.fn(actual.setTimeout) };
});

const blob = `/v2/pause/blobs/sha256:${"a".repeat(64)}`;

describe("a running redirector", () => {
  let child: ReturnType<typeof startMirrorform>;
  let url: string;

  beforeAll(async () => {
    const words = ["serve", ...ofSmall, "--port", "0", "--presence", "assume"];
    child = startMirrorform(words, tmpdir());
    let stderr = "";
    url = await new Promise((resolve, reject) => {
      child.on("close", () => reject(new Error(stderr)));
      child.stderr.on("data", (chunk) => {
        stderr += chunk;
        const [, found] = /listening on (\S+)/.exec(stderr) ?? [];
        if (found) resolve(found);
      });
    });
  });

  afterAll(async () => {
    const ended = once(child, "close");
    child.kill("SIGINT");
    await ended;
  });

  // The command runs where there is no inventory, so its output comes from the redirector.
  const explain = (words: readonly string[], input = "") =>
    runMirrorform(["explain", ...words, "--at", url], tmpdir(), input);

  test("as text", async () => {
    const { status, stdout } = await explain([blob, "--from", "52.94.76.1"]);
    expect(status).toBe(0);
    expect(stdout).toContain(`GET ${blob}, from ${url}\n`);
    expect(stdout).toMatch(/^client {2}52\.94\.76\.1: aws, us-west-2, AS16509$/m);
    expect(stdout).toMatch(/^mirror {2}aws\/us-east-1 is aws's/m);
    expect(stdout).toMatch(/^Not chosen, the best first:$/m);
  });

  test("as JSON: the same as from the inventory", async () => {
    const words = [blob, "--from", "52.94.76.1", "--json"];
    const [here, there] = await Promise.all([
      runMirrorform(["explain", ...words, ...ofSmall, "--presence", "assume"]),
      explain(words),
    ]);
    expect(there.status).toBe(0);
    expect(JSON.parse(there.stdout)).toEqual(JSON.parse(here.stdout));
  });

  test("a list of addresses, and a host", async () => {
    const addresses = ["52.94.76.1", "35.220.26.1", "2600:1f01:4874::47", "192.0.2.1"];
    const words = ["/bin/kubectl", "--from", "-", "--host", "dl.example.org"];
    const { status, stdout } = await explain(words, `${addresses.join("\n")}\n`);
    expect(status).toBe(0);
    const explained = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(explained.map(({ address }) => address)).toEqual(addresses);
    expect(explained.slice(0, 3).map(({ network }) => network.region)).toEqual([
      "us-west-2",
      "europe-north1",
      "us-west-2",
    ]);
    for (const { status: answered } of explained) expect(answered).toBe(307);
  });

  test("waits a second before each retry that the server asks for", async () => {
    jest.mocked(setTimeout).mockClear().mockResolvedValue(undefined);
    let refusals = 0;
    const limited = createServer(async (request, response) => {
      if (refusals++ < 2) return response.writeHead(429, { "Retry-After": "1", Connection: "close" }).end();
      return response.end(await (await fetch(url + request.url)).text());
    }).listen(0, "127.0.0.1");
    await once(limited, "listening");
    const at = `http://127.0.0.1:${(limited.address() as AddressInfo).port}`;
    const { status, stdout } = await runMirrorform(["explain", blob, "--from", "52.94.76.1", "--at", at], tmpdir());
    limited.close();
    limited.closeAllConnections();
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^answer {2}307 /m) });
    expect(jest.mocked(setTimeout).mock.calls).toEqual([[1_000], [1_000]]);
  });

  test("explains an unknown host", async () => {
    const { status, stdout } = await explain(["/bin/kubectl", "--from", "192.0.2.1", "--host", "nope.example.org"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^request refused: This host is not served here\.$/m);
    expect(stdout).toMatch(/^answer {2}404$/m);
  });
});

describe("not a redirector: exit 1 with the answer", () => {
  const servers: Server[] = [];

  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function serverOf(status: number, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status, { Connection: "close" }).end(body));
    servers.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test.each([
    [404, "not found", "status 404"],
    [200, "<html>", "status 200"],
    [200, "{}", "status 200"],
    [200, "null", "status 200"],
  ])("%i %s", async (status, body, outcome) => {
    const at = await serverOf(status, body);
    const run = await runMirrorform(["explain", blob, "--from", "192.0.2.1", "--at", at]);
    expect({ status: run.status, stdout: run.stdout }).toEqual({ status: 1, stdout: "" });
    expect(run.stderr).toBe(
      `${at} returned no report (${outcome}). Is a redirector running there with --status same?\n`,
    );
  });

  test("a withdrawn artifact: why", async () => {
    const common = {
      address: "192.0.2.1",
      network: "a network of no provider",
      client: {},
      asked: "file",
      reasons: [],
    };
    const at = await serverOf(
      200,
      JSON.stringify({ visitor: { ...common, status: 410, withdrawn: "built\nwrongly" } }),
    );
    const words = ["explain", "/tool", "--from", "192.0.2.1", "--at", at];
    expect((await runMirrorform(words)).stdout).toContain("answer  410 (withdrawn: built\\u000awrongly)\n");
    expect(JSON.parse((await runMirrorform([...words, "--json"])).stdout)).toMatchObject({
      withdrawn: "built\nwrongly",
    });
  });

  test("a load balancer without a backend: ten retries, one second apart", async () => {
    jest.mocked(setTimeout).mockClear().mockResolvedValue(undefined);
    const at = await serverOf(503, "no backend");
    const run = await runMirrorform(["explain", blob, "--from", "192.0.2.1", "--at", at]);
    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining("returned no report (status 503)") });
    expect(jest.mocked(setTimeout).mock.calls).toEqual(Array(10).fill([1_000]));
  });

  test("no server", async () => {
    const at = await serverOf(200, "");
    const ended = once(servers.at(-1) as Server, "close");
    servers.pop()?.close();
    await ended;
    const { status, stderr } = await runMirrorform(["explain", blob, "--from", "192.0.2.1", "--at", at]);
    expect(status).toBe(1);
    expect(stderr).toContain("returned no report (no answer)");
  });
});
