import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { chromium } from "playwright-core";
import { listenOnNode } from "../../redirector/servers/node-server";
import { redirectorOf } from "../conformance/carriers";
import { madeMirror, madeTable, origin } from "../routing/handmade-table";

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

async function serve(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A mirror with the headers of `docs/http-behaviour.md`, "In a browser"; below `/closed/` it sends none of them. */
const mirror: RequestListener = (request, response) => {
  if (!request.url?.startsWith("/closed/")) {
    response.setHeader("Access-Control-Allow-Origin", "*").setHeader("Access-Control-Allow-Headers", "*");
  }
  if (request.method === "OPTIONS") response.writeHead(204).end();
  else response.writeHead(200, { "Content-Type": "text/plain" }).end(`file ${request.url}`);
};

/** What a page's script can read of a response. */
interface Seen {
  readonly status: number;
  readonly text: string;
  readonly id: boolean;
}

/** What a script fetches and sees; `nothing` if the browser hides the response. */
const fetches: readonly (readonly [name: string, path: string, options: object, seen: Seen | "nothing"])[] = [
  ["a file", "/a/b.txt?c", {}, { status: 200, text: "file /a/b.txt?c", id: false }],
  [
    "a file, with headers that need a preflight",
    "/a.txt",
    { headers: { "X-A": "b", Range: "bytes=0-" } },
    { status: 200, text: "file /a.txt", id: false },
  ],
  ["a refusal", "/-/x", {}, { status: 404, text: "Unknown path.\n", id: true }],
  ["a ping with a token", "/v2/", { headers: { Authorization: "Bearer x" } }, { status: 200, text: "{}", id: true }],
  ["a file at a mirror that does not allow scripts", "/closed/a", {}, "nothing"],
  ["a file, with the browser's cookies", "/a.txt", { credentials: "include" }, "nothing"],
];

/**
 * Lets a page of another origin fetch through the redirector, in Chromium.
 *
 * @param program Chromium's program: `/usr/bin/chromium`
 * @returns a line for the report
 * @throws Error if the page's script sees anything else
 */
export async function checkCrossOrigin(program: string): Promise<string> {
  const [files, page] = await Promise.all([
    serve(mirror),
    serve((_, response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><p>page")),
  ]);
  const table = madeTable([madeMirror(origin, { complete: true, trusted: true, files: `${files.url}/{path}` })]);
  const redirector = await listenOnNode(redirectorOf(table), { port: 0, host: "127.0.0.1" });
  const browser = await chromium.launch({
    executablePath: program,
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(page.url);
    for (const [name, path, options, expected] of fetches) {
      const request = JSON.stringify([redirector.url + path, options]);
      const seen = await tab.evaluate(
        `fetch(...${request}).then(async (answer) => ({ status: answer.status, text: await answer.text(), id: answer.headers.has("x-request-id") }), () => "nothing")`,
      );
      assert.deepEqual(seen, expected, name);
    }
  } finally {
    await browser.close();
    await Promise.all([redirector.end(), files.stop(), page.stop()]);
  }
  return `${fetches.length} fetches by a page of another origin`;
}
