import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { statusPageHeaders } from "../../redirector/pages/status-page";

/** Properties of {@link checkStatusPage}. */
export interface StatusPageOptions {
  /** The page's URL on loopback, or the document itself, which is then served with its headers. */
  readonly page: string;
  /** Chromium's program: `/usr/bin/chromium`. */
  readonly browser: string;
  /** Folder for the screenshots; it is created if it does not exist. */
  readonly screenshots: string;
}

/** Flags for Chromium without a window, without a graphics card, and without network requests of its own. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const views = [
  { name: "desktop-light", width: 1280, height: 1590, colorScheme: "light" },
  { name: "desktop-dark", width: 1280, height: 1590, colorScheme: "dark" },
  { name: "phone-light", width: 360, height: 740, colorScheme: "light" },
  { name: "phone-dark", width: 360, height: 740, colorScheme: "dark" },
] as const;

type View = (typeof views)[number];

/** Serves a document on loopback. */
async function serveDocument(document: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const isPage = request.url?.startsWith("/-/status") === true;
    response.writeHead(isPage ? 200 : 404, statusPageHeaders).end(isPage ? document : "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/-/status`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A page, with its requests and console messages since it was opened. */
interface WatchedPage {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

/** Opens the page in a new window. The page has no scripts, so they are enabled only to measure it. */
async function openPage(browser: Browser, url: string, view: View, javaScriptEnabled: boolean): Promise<WatchedPage> {
  const { width, height, colorScheme } = view;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const answer = await page.goto(url);
  assert.equal(answer?.status(), 200);
  return { page, requests, complaints };
}

/** The page requests only itself, writes nothing to the console, and is no wider than the window. */
async function checkQuiet(browser: Browser, url: string, view: View): Promise<void> {
  const { page, requests, complaints } = await openPage(browser, url, view, true);
  const others = requests.filter((request) => request !== url && !request.startsWith("data:"));
  assert.deepEqual(others, [], `${view.name}: the page requests more than itself`);
  assert.deepEqual(complaints, [], `${view.name}: the console has messages`);
  const { wide, tall } = await page
    .evaluate("({ wide: document.documentElement.scrollWidth, tall: document.documentElement.scrollHeight })")
    .then((size) => size as { wide: number; tall: number });
  assert.ok(wide <= view.width, `${view.name}: ${wide} pixels wide in a window of ${view.width}`);
  assert.ok(tall > view.height, `${view.name}: the page is empty`);
  await page.context().close();
}

/** Light and dark mode have light and dark backgrounds. */
async function checkColours(browser: Browser, url: string, view: View): Promise<void> {
  const { page } = await openPage(browser, url, view, true);
  const colour = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
  const brightness = Math.max(...(colour.match(/\d+/g) ?? []).map(Number));
  assert.ok(view.colorScheme === "light" ? brightness > 200 : brightness < 60, `${view.name}: ${colour}`);
  await page.context().close();
}

/** Without scripts, the table has all mirrors, the other reasons can be opened, and a mark on the map leads to its row. */
async function checkWithoutScripts(browser: Browser, url: string, view: View, folder: string): Promise<void> {
  const { page, requests } = await openPage(browser, url, view, false);
  await page.screenshot({ path: join(folder, `status-page-${view.name}.png`) });
  await page.screenshot({ path: join(folder, `status-page-${view.name}-whole.png`), fullPage: true });
  const rows = await page.locator("table.mirrors tbody tr[id]").count();
  assert.ok(rows > 0, "the table has no mirrors");
  assert.ok((await page.locator("svg.map a").count()) <= rows, "the map has more mirrors than the table");
  const others = page.locator("details");
  if ((await others.count()) > 0) {
    await others.locator("summary").click();
    assert.ok(await others.locator("tbody tr").first().isVisible(), "the other reasons do not open");
  }
  await page.locator("svg.map a").first().dispatchEvent("click");
  assert.match(page.url(), /#m\d+$/);
  assert.deepEqual(
    requests.filter((request) => !request.startsWith("data:")),
    [url],
  );
  await page.context().close();
}

/** The form requests the same page by GET with the user's input, and shows the answer. */
async function checkForm(browser: Browser, url: string, view: View): Promise<void> {
  const { page, requests, complaints } = await openPage(browser, url, view, false);
  await page.getByLabel("From the address").fill("2001:db8::1");
  await page.getByLabel("For the path").fill("/a b?<c>&d=#e");
  await Promise.all([page.waitForURL(/address=/), page.getByRole("button", { name: "Show" }).click()]);
  const reached = new URL(page.url());
  assert.equal(reached.pathname, new URL(url).pathname);
  assert.equal(reached.hash, "#where");
  assert.deepEqual(
    [...reached.searchParams],
    [
      ["address", "2001:db8::1"],
      ["path", "/a b?<c>&d=#e"],
    ],
  );
  assert.equal(requests.filter((request) => !request.startsWith("data:")).length, 2);
  assert.deepEqual(complaints, []);
  await page.context().close();
}

/**
 * Checks the status page in Chromium, in light and dark mode, in the sizes of a desktop and a phone, and writes screenshots.
 * Scripts are disabled except for measuring.
 *
 * @throws Error if the page makes other requests, has console messages, is too wide, or does not work
 */
export async function checkStatusPage({ page, browser: program, screenshots }: StatusPageOptions): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const server = /^http:/.test(page) ? { url: page, stop: async () => {} } : await serveDocument(page);
  const browser = await chromium.launch({ executablePath: program, headless: true, args: flags });
  try {
    for (const view of views) {
      await checkQuiet(browser, server.url, view);
      await checkColours(browser, server.url, view);
      await checkWithoutScripts(browser, server.url, view, screenshots);
      await checkForm(browser, server.url, view);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}
