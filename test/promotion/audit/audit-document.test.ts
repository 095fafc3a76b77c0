import { readFileSync } from "node:fs";
import { join } from "node:path";
import { formatAuditMetrics } from "../../../promotion/audit/format-audit-metrics";
import { makeRepairPlan } from "../../../promotion/audit/make-repair-plan";
import { createSmallPromotion } from "../run/small-promotion";
import { audit, promisedBy } from "./audited-promotion";
import { tamperings } from "./tamperings";

const document = readFileSync(join(__dirname, "../../../docs/audit.md"), "utf8");

function shorten(text: string): string {
  return text.replace(/sha256:[0-9a-f]{64}/g, "sha256:…").replace(/[0-9a-f]{64}/g, "…");
}

test.each(tamperings)("docs/audit.md has the row of: $name", async ({ name, tamper }) => {
  const promotion = createSmallPromotion();
  await promotion.run();
  tamper(promotion);
  const found = await audit(promotion);
  const { images, files } = makeRepairPlan(found, { promoted: promisedBy(promotion), promise: "" });
  const cells = [
    name,
    found.report.findings.map((each) => shorten(`${each.state}: \`${each.name}\`: ${each.message}`)).join("<br>"),
    [...new Set(found.report.findings.map(({ target }) => target))].join("<br>"),
    images.length + files.length > 0 ? "yes" : "no: the audit only names it",
  ];
  expect(document).toContain(`| ${cells.join(" | ")} |`);
});

test("docs/audit.md names the metrics of an audit", async () => {
  const { report } = await audit(createSmallPromotion());
  const names = [...formatAuditMetrics(report).matchAll(/^# HELP mirrorform_audit_(\w+)/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !document.includes(`\`${name}`))).toEqual([]);
});
