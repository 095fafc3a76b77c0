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

  /**
   * Makes a check, and a row of it.
   *
   * @param path the client's program; nothing where something that the check needs is missing
   * @param check gives what was seen, which may be nothing to tell of, and throws where it goes wrong
   */
  async check(
    client: string,
    name: string,
    path: string | undefined,
    check: (path: string) => Promise<string>,
  ): Promise<void> {
    if (path === undefined) {
      this.row("skipped", client, name);
      return;
    }
    try {
      this.row("passed", client, name, await check(path));
    } catch (error) {
      this.row("failed", client, name, (error as Error).message);
    }
  }

  /** The last line. */
  sum(): void {
    const { passed, failed, skipped } = this.#counts;
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
