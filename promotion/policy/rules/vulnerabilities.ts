import { formatCount } from "../../../document/format-count";
import { findForPlatforms } from "../find-for-platforms";
import type { ImageContent } from "../image-content";
import type { ProjectPolicy } from "../policy";
import { accept, type JudgeContext, type Opinion, type PolicyRule, refuse } from "../policy-rule";
import { osvType, vulnerabilityPredicate } from "../report-types";
import { isVerified } from "../signatures/signed-content";
import { readVulnerabilityDocument, readVulnerabilityPredicate } from "../vulnerabilities/read-vulnerability-report";
import { isHigher, severities } from "../vulnerabilities/severity";
import type { VulnerabilityReport } from "../vulnerabilities/vulnerability";

const day = 24 * 60 * 60 * 1000;
/** OCI image specification 1.1, "Pre-Defined Annotation Keys": OSV's own output has no date. */
const createdAnnotation = "org.opencontainers.image.created";
/** Vulnerabilities that are named. */
const mostNamed = 5;

async function readAttested(digest: string, { evidenceOf }: JudgeContext): Promise<VulnerabilityReport[]> {
  return (await evidenceOf(digest)).flatMap(({ check, predicateType, predicate }) => {
    if (predicateType === undefined || !vulnerabilityPredicate.test(predicateType) || !isVerified(check)) return [];
    return readVulnerabilityPredicate(predicate) ?? [];
  });
}

async function readAttached(content: ImageContent, digest: string): Promise<VulnerabilityReport[]> {
  const reports: VulnerabilityReport[] = [];
  for (const { artifactType, layers, annotations } of content.attachedTo(digest)) {
    const [layer] = layers;
    if (!layer || !(osvType.test(artifactType ?? "") || osvType.test(layer.mediaType))) continue;
    const report = readVulnerabilityDocument(await content.readJson(layer), annotations[createdAnnotation] ?? "");
    if (report) reports.push(report);
  }
  return reports;
}

function judge(
  reports: readonly VulnerabilityReport[],
  { atMost, days }: NonNullable<ProjectPolicy["vulnerabilities"]>,
  now: Date,
): Opinion {
  const times = reports.map(({ made }) => made.getTime());
  const oldest = new Date(Math.min(...times)).toISOString().slice(0, 10);
  if (Math.max(...times) > now.getTime() + day)
    return refuse("a report from the future", "Correct the clock of the scanner.");
  const all = reports.flatMap(({ vulnerabilities }) => vulnerabilities);
  const counts = severities
    .map((severity) => [all.filter((each) => each.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  const saw = `a report of ${oldest} with ${counts.length === 0 ? "no vulnerabilities" : counts.join(", ")}`;
  if (now.getTime() - Math.min(...times) > days * day) {
    return refuse(`${saw}, older than ${formatCount(days, "day")}`, "Scan it again, and attest the new report.");
  }
  const above = [...new Set(all.filter(({ severity }) => isHigher(severity, atMost)).map(({ id }) => id))];
  if (above.length === 0) return accept(saw);
  return refuse(`${saw}; above ${atMost}: ${nameSome(above)}`, "Publish a new image without these.");
}

function nameSome(ids: readonly string[]): string {
  const more = ids.length - mostNamed;
  return `${ids.slice(0, mostNamed).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What a report about vulnerabilities says: the newest about the image, or about each of its children. */
export const vulnerabilities: PolicyRule = {
  id: "policy/vulnerabilities",
  reason: "What is known to be vulnerable on the day of its release should not be released.",
  example: "vulnerabilities: { at-most: medium, days: 30 }",
  needsContent: ({ vulnerabilities }) => vulnerabilities !== undefined,
  async judgeContent(content, { vulnerabilities, unsignedReports }, context) {
    if (!vulnerabilities) return undefined;
    const covering = await findForPlatforms(content, async (digest) => {
      const attested = await readAttested(digest, context);
      const reports = [...attested, ...(unsignedReports ? await readAttached(content, digest) : [])];
      return reports.sort((a, b) => b.made.getTime() - a.made.getTime())[0];
    });
    if ("found" in covering) return judge(covering.found, vulnerabilities, context.now);
    const how = unsignedReports
      ? "attach or attest the report of a scan"
      : "attest the report of a scan as a signer of the policy";
    return refuse(`no report that counts for ${covering.missing.join(", ")}`, `In staging, ${how}.`);
  },
};
