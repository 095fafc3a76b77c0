/** How a case went. */
export type Result = "passed" | "failed" | "skipped";

/** A table that grows as cases end, and its last line. */
export class Report {
  readonly #counts: Record<Result, number> = { passed: 0, failed: 0, skipped: 0 };

  /** Whether nothing failed. */
  get fine(): boolean {
    return this.#counts.failed === 0;
  }

  /** Begins a part of the table. */
  head(title: string): void {
    console.log(`\n${title}\n${"result".padEnd(9)}${"client".padEnd(11)}case`);
  }

  /** A row. @param detail what was seen, or what went wrong; indented below the row */
  row(result: Result, client: string, name: string, detail = ""): void {
    this.#counts[result] += 1;
    console.log(`${result.padEnd(9)}${client.padEnd(11)}${name}`);
    if (detail !== "") console.log(detail.trim().replace(/^/gm, " ".repeat(20)));
  }

  /** The last line. */
  sum(): void {
    const { passed, failed, skipped } = this.#counts;
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
