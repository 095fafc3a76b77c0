import { sha256 } from "../../document/sha256";
import type { DecisionExplanation } from "../../routing/decision-explanation";
import { auditSection } from "./audit-section";
import { failureSection } from "./failure-section";
import { formatCount, formatNumber } from "./format";
import { freshnessSection } from "./freshness-section";
import { html, link, type Markup } from "./markup";
import { icon, shapeDefinitions } from "./mirror-shapes";
import { type MirrorStanding, mirrorStanding, standingNames } from "./mirror-standing";
import { mirrorTable } from "./mirror-table";
import type { MirrorStatus, SharedReport, StatusReport } from "./status-report";
import { statusStyle } from "./status-style";
import { visitorSection } from "./visitor-section";
import { worldMap } from "./world-map";

/** An inline icon for the browser's tab: without one, browsers request `/favicon.ico`. */
const favicon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Ccircle cx='4' cy='4' r='3.4' fill='%232563b8'/%3E%3Cpath d='M2 4h3M3.8 2.6 5.4 4 3.8 5.4' fill='none' stroke='%23fff'/%3E%3C/svg%3E";

/** One sentence on whether clients are served as planned. */
function renderVerdict({ mirrors }: SharedReport): Markup {
  if (mirrors.some(({ origin, deployed }) => origin && deployed === false)) {
    return html`<p class="verdict">${icon("undeployed")}The origin is not deployed yet: requests that only it could serve get status 503.</p>`;
  }
  const used = mirrors.filter(({ state, deployed }) => state !== "retired" && deployed !== false);
  const away = used.filter(({ breaker }) => breaker !== "closed").length;
  if (away === 0) return html`<p class="verdict">${icon("active")}${describeHealth(used)}</p>`;
  const words = away === 1 ? "1 mirror is unhealthy: its" : `${away} mirrors are unhealthy: their`;
  return html`<p class="verdict">${icon("open")}${words} clients are sent to the next best one.</p>`;
}

/** The verdict if no mirror is known to be unhealthy. */
function describeHealth(used: readonly MirrorStatus[]): string {
  const checked = used.filter(({ check }) => check === "done").length;
  const pending = used.filter(({ check }) => check === "pending").length;
  const off = used.length - checked - pending;
  if (checked === used.length) return "All mirrors in use are healthy.";
  if (checked === 0) return pending === 0 ? "Mirrors are not checked, and assumed to be healthy." : "Not checked yet.";
  const rest = [
    ...(pending > 0 ? [`${formatCount(pending, "mirror")} not checked yet`] : []),
    ...(off > 0 ? [`${formatCount(off, "mirror")} not checked`] : []),
  ];
  return `All checked mirrors are healthy; ${rest.join(", ")}.`;
}

/** The standings that are counted at the top; the origin counts as active. */
const counts: readonly MirrorStanding[] = ["active", "draining", "undeployed", "retired", "open", "probing"];

function renderSummary({ mirrors }: SharedReport): Markup {
  const standings = mirrors.map(mirrorStanding).map((standing) => (standing === "origin" ? "active" : standing));
  const tiles = counts.map((standing) => {
    const count = standings.filter((other) => other === standing).length;
    return html`<div${count === 0 ? html` class="none"` : undefined}><dt>${icon(standing)}${standingNames[standing]}</dt><dd>${count}</dd></div>`;
  });
  const decisions = mirrors.reduce((sum, mirror) => sum + mirror.decisions, 0);
  return html`<dl class="summary">${tiles}<div><dt>Decisions since start</dt><dd>${formatNumber(decisions)}</dd></div></dl>`;
}

function jsonAddress(visitor: DecisionExplanation | undefined): string {
  if (!visitor) return "status.json";
  return `status.json?${new URLSearchParams({ address: visitor.address, path: visitor.path })}`;
}

/** The SHA-256 of the page's inline style, which allows that style (CSP Level 3, section 8.4). */
const styleHash = sha256(Buffer.from(statusStyle.text)).toString("base64");

/**
 * The headers of the status page. It may not load or run anything, submit its form elsewhere or be framed, and no cache keeps
 * it: it contains the visitor's own address. `data:` is for the icon in the browser's tab.
 */
export const statusPageHeaders: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-store",
};

/** The status page without the part for one visitor. */
export type StatusPage = (visitor: DecisionExplanation | undefined) => string;

/**
 * The status page: a complete HTML document without scripts or further requests. Send it with `statusPageHeaders`. Its form
 * requests the page itself with the query `address=…&path=…`, and it links to `status.json` next to it, with the same query.
 *
 * The part that all visitors share takes milliseconds to render, and is rendered here; the returned function adds the part for
 * one visitor. All text of the report is escaped.
 */
export function sharedStatusPage(report: SharedReport): StatusPage {
  const { project, info, generatedAt, build, mirrors } = report;
  const providers = new Set(mirrors.map(({ provider }) => provider)).size;
  const head = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${project}: status of the redirector</title>
<link rel="icon" href="${favicon}">
<style>${statusStyle}</style>
</head>
<body>
${shapeDefinitions()}
<header>
<p class="project">${link(info, project)}</p>
<h1>Status of the redirector</h1>
${renderVerdict(report)}
<p class="time">${formatCount(mirrors.length, "mirror")} of ${formatCount(providers, "provider")}, as this redirector sees them at <time datetime="${generatedAt}">${generatedAt.slice(0, 19).replace("T", " ")} UTC</time></p>
</header>
<main>
${renderSummary(report)}`;
  const map = worldMap(report);
  const rest = html`<div>
${failureSection(report)}
${freshnessSection(report)}
${auditSection(report)}
</div>
</div>
${mirrorTable(report)}
</main>`;
  return (visitor) =>
    html`${head}
${map(visitor?.reasons.find(({ chosen }) => chosen)?.mirror)}
<div class="columns">
${visitorSection(visitor)}
${rest}
<footer>
<p>mirrorform ${build}. <a href="${jsonAddress(visitor)}">This page as JSON</a>. Map: Natural Earth.</p>
</footer>
</body>
</html>
`.text;
}

/** The page of {@link sharedStatusPage}, with the report's visitor. */
export function statusPage(report: StatusReport): string {
  return sharedStatusPage(report)(report.visitor);
}
