/** The result of a case. */
export type Result = "passed" | "failed" | "skipped";

/** Prints a table, one row when a case ends, and a summary. */
export class Report {
  readonly #counts: Record<Result, number> = { passed: 0, failed: 0, skipped: 0 };

  /** Whether nothing failed. */
  get isSuccess(): boolean {
    return this.#counts.failed === 0;
  }

  /** Starts a part of the table. */
  printHead(title: string): void {
    console.log(`\n${title}\n${"result".padEnd(9)}${"client".padEnd(11)}case`);
  }

  /** Prints a row. @param detail of the result, or the error; indented below the row */
  printRow(result: Result, client: string, name: string, detail = ""): void {
    this.#counts[result] += 1;
    console.log(`${result.padEnd(9)}${client.padEnd(11)}${name}`);
    if (detail !== "") console.log(detail.trim().replace(/^/gm, " ".repeat(20)));
  }

  /**
   * Runs a check, and prints its row.
   *
   * @param path of the client's program; undefined if something that the check needs is missing
   * @param check returns the detail of the row, which may be empty; throws if it fails
   */
  async runCheck(
    client: string,
    name: string,
    path: string | undefined,
    check: (path: string) => Promise<string>,
  ): Promise<void> {
    if (path === undefined) {
      this.printRow("skipped", client, name);
      return;
    }
    try {
      this.printRow("passed", client, name, await check(path));
    } catch (error) {
      this.printRow("failed", client, name, (error as Error).message);
    }
  }

  /** Prints the summary. */
  printSummary(): void {
    const { passed, failed, skipped } = this.#counts;
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
