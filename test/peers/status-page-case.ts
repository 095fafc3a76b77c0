import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { statusPageHeaders } from "../../redirector/pages/status-page";

/** What the status page is tried with. */
export interface StatusPageTrial {
  /** The page's URL on loopback, or the document itself, which is then served with the headers that it needs. */
  readonly page: string;
  /** The program of Chromium: `/usr/bin/chromium`. */
  readonly browser: string;
  /** A folder for the pictures, made if need be. */
  readonly screenshots: string;
}

/** Chromium without a window, a graphics card, and all that it asks of the network by itself. */
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
async function served(document: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
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

/** All that a page asks for and complains of, from its opening on. */
interface Watched {
  readonly page: Page;
  readonly asked: string[];
  readonly complaints: string[];
}

/** A page in a new window. Without scripts, which is the rule, as it runs none; with them only to measure. */
async function opened(browser: Browser, url: string, view: View, javaScriptEnabled: boolean): Promise<Watched> {
  const { width, height, colorScheme } = view;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, javaScriptEnabled });
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  const answer = await page.goto(url);
  assert.equal(answer?.status(), 200);
  return { page, asked, complaints };
}

/** Asks for nothing but itself, says nothing on the console, and is no wider than its window. */
async function checkQuiet(browser: Browser, url: string, view: View): Promise<void> {
  const { page, asked, complaints } = await opened(browser, url, view, true);
  const others = asked.filter((request) => request !== url && !request.startsWith("data:"));
  assert.deepEqual(others, [], `${view.name}: the page asks for more than itself`);
  assert.deepEqual(complaints, [], `${view.name}: the console is not silent`);
  const { wide, tall } = await page
    .evaluate("({ wide: document.documentElement.scrollWidth, tall: document.documentElement.scrollHeight })")
    .then((size) => size as { wide: number; tall: number });
  assert.ok(wide <= view.width, `${view.name}: ${wide} pixels wide in a window of ${view.width}`);
  assert.ok(tall > view.height, `${view.name}: there is nothing on the page`);
  await page.context().close();
}

/** Light and dark differ, and each is what was asked for. */
async function checkColours(browser: Browser, url: string, view: View): Promise<void> {
  const { page } = await opened(browser, url, view, true);
  const colour = (await page.evaluate("getComputedStyle(document.body).backgroundColor")) as string;
  const brightness = Math.max(...(colour.match(/\d+/g) ?? []).map(Number));
  assert.ok(view.colorScheme === "light" ? brightness > 200 : brightness < 60, `${view.name}: ${colour}`);
  await page.context().close();
}

/** Without scripts: all mirrors are there, the rest of the reasons opens, and a mark of the map leads to its row. */
async function checkWithoutScripts(browser: Browser, url: string, view: View, folder: string): Promise<void> {
  const { page, asked } = await opened(browser, url, view, false);
  await page.screenshot({ path: join(folder, `status-page-${view.name}.png`) });
  await page.screenshot({ path: join(folder, `status-page-${view.name}-whole.png`), fullPage: true });
  const rows = await page.locator("table.mirrors tbody tr[id]").count();
  assert.ok(rows > 0, "the table has no mirrors");
  assert.ok((await page.locator("svg.map a").count()) <= rows, "the map has more mirrors than the table");
  const others = page.locator("details");
  if ((await others.count()) > 0) {
    await others.locator("summary").click();
    assert.ok(await others.locator("tbody tr").first().isVisible(), "the rest of the reasons does not open");
  }
  await page.locator("svg.map a").first().dispatchEvent("click");
  assert.match(page.url(), /#m\d+$/);
  assert.deepEqual(
    asked.filter((request) => !request.startsWith("data:")),
    [url],
  );
  await page.context().close();
}

/** The form asks for the same page by GET, with what was typed, and comes back at the answer. */
async function checkForm(browser: Browser, url: string, view: View): Promise<void> {
  const { page, asked, complaints } = await opened(browser, url, view, false);
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
  assert.equal(asked.filter((request) => !request.startsWith("data:")).length, 2);
  assert.deepEqual(complaints, []);
  await page.context().close();
}

/**
 * Tries the status page in Chromium, with scripts off wherever nothing is measured, light and dark, on a desk and on a phone, and
 * writes pictures of it.
 *
 * @throws Error where it asks for anything, complains, is too wide, or does not work
 */
export async function checkStatusPage({ page, browser: program, screenshots }: StatusPageTrial): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  const server = /^http:/.test(page) ? { url: page, stop: async () => {} } : await served(page);
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
