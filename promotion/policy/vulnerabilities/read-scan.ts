import { z } from "zod";
import { readSeverity } from "./read-severity";
import { createVulnerability, type Vulnerability } from "./vulnerability";

const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

/** Open Source Vulnerability format 1.7, "Field Details". */
const osvRecord = z.object({
  id: z.string(),
  withdrawn: z.string().optional(),
  severity: list(z.object({ score: z.unknown().optional() })),
  database_specific: z.object({ severity: z.unknown().optional() }).optional(),
});
type OsvRecord = z.output<typeof osvRecord>;

/** The output of OSV-Scanner ("Output", JSON), and lists of records. */
const osvScan = z.object({
  results: z.array(
    z.object({ packages: list(z.object({ vulnerabilities: list(osvRecord), groups: list(groupShape()) })) }),
  ),
});
const osvList = z.object({ vulns: z.array(osvRecord) });

function groupShape() {
  return z.object({ ids: list(z.string()), max_severity: z.string().optional() });
}

/** The output of Trivy ("Reporting", JSON). */
const trivyScan = z.object({
  SchemaVersion: z.number(),
  Results: list(
    z.object({ Vulnerabilities: list(z.object({ VulnerabilityID: z.string(), Severity: z.unknown().optional() })) }),
  ),
});

/** The output of Grype ("Output formats", JSON). */
const grypeScan = z.object({
  matches: z.array(z.object({ vulnerability: z.object({ id: z.string(), severity: z.unknown().optional() }) })),
});

/** The list of in-toto's predicate (in-toto attestation framework, "Vulnerabilities"). */
const intotoScan = z.array(z.object({ id: z.string(), severity: list(z.object({ score: z.unknown().optional() })) }));

function readOsv(records: readonly OsvRecord[], highest: ReadonlyMap<string, unknown> = new Map()): Vulnerability[] {
  return records
    .filter(({ withdrawn }) => withdrawn === undefined)
    .map(({ id, severity, database_specific: specific }) => {
      const given = [...severity.map(({ score }) => score), specific?.severity, highest.get(id)];
      return createVulnerability(id, given.map(readSeverity));
    });
}

/**
 * The vulnerabilities in the output of a scanner: OSV, in-toto's list, Trivy or Grype.
 *
 * @returns undefined if it is in no known form
 */
export function readScan(value: unknown): readonly Vulnerability[] | undefined {
  const listed = intotoScan.safeParse(value).data;
  if (listed)
    return listed.map(({ id, severity }) =>
      createVulnerability(
        id,
        severity.map(({ score }) => readSeverity(score)),
      ),
    );
  const osv = osvScan.safeParse(value).data;
  if (osv) {
    return osv.results.flatMap(({ packages }) =>
      packages.flatMap(({ vulnerabilities, groups }) => {
        const highest = groups.flatMap(({ ids, max_severity: most }) =>
          ids.map((id) => [id, most || undefined] as const),
        );
        return readOsv(vulnerabilities, new Map(highest));
      }),
    );
  }
  const records = osvList.safeParse(value).data;
  if (records) return readOsv(records.vulns);
  const trivy = trivyScan.safeParse(value).data;
  if (trivy) {
    const found = trivy.Results.flatMap(({ Vulnerabilities }) => Vulnerabilities);
    return found.map(({ VulnerabilityID, Severity }) => createVulnerability(VulnerabilityID, [readSeverity(Severity)]));
  }
  const grype = grypeScan.safeParse(value).data;
  return grype?.matches.map(({ vulnerability: { id, severity } }) => createVulnerability(id, [readSeverity(severity)]));
}
