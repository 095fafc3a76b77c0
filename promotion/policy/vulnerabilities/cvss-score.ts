/** CVSS v3.1 specification, section 7.4: metric values. Version 3.0 has the same. */
const weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  /** If the scope changes. */
  PRC: { N: 0.85, L: 0.68, H: 0.5 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
} as const;

type Weights = Readonly<Record<string, number>>;

const vectorForm = /^CVSS:3\.[01]((?:\/[A-Z]{1,3}:[A-Z])+)$/;

/** Rounds up to one decimal place (CVSS v3.1 specification, appendix A). */
function roundUp(value: number): number {
  const integer = Math.round(value * 100_000);
  return integer % 10_000 === 0 ? integer / 100_000 : (Math.floor(integer / 10_000) + 1) / 10;
}

/**
 * The base score of a vector of CVSS 3.0 or 3.1 (section 7.1 of the specification).
 *
 * @returns undefined if it is not one; also for other versions, whose scores come from tables
 */
export function scoreCvss(vector: string): number | undefined {
  const metrics = new Map(
    (vectorForm.exec(vector)?.[1] ?? "").split("/").map((part) => part.split(":") as [string, string]),
  );
  const isChanged = metrics.get("S") === "C";
  const weigh = (metric: string, table: Weights): number => table[metrics.get(metric) ?? ""] ?? Number.NaN;
  const [c, i, a] = [weigh("C", weights.C), weigh("I", weights.C), weigh("A", weights.C)];
  const base = 1 - (1 - c) * (1 - i) * (1 - a);
  const impact = isChanged ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  const privileges = weigh("PR", isChanged ? weights.PRC : weights.PR);
  const exploitability =
    8.22 * weigh("AV", weights.AV) * weigh("AC", weights.AC) * privileges * weigh("UI", weights.UI);
  if (Number.isNaN(impact + exploitability) || !/^[UC]$/.test(metrics.get("S") ?? "")) return undefined;
  if (impact <= 0) return 0;
  return roundUp(Math.min((isChanged ? 1.08 : 1) * (impact + exploitability), 10));
}
