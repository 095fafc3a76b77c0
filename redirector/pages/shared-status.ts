import { printableJson } from "../../document/printable";
import type { DecisionExplanation } from "../../routing/decision-explanation";
import { type StatusPage, sharedStatusPage } from "./status-page";
import type { SharedReport, StatusReport } from "./status-report";

/** The end of an object's JSON. */
const end = "\n}";

/**
 * The part of the status page and its JSON that all visitors share, rendered once and kept as text. The part for one visitor is
 * added to a copy, so that no other visitor sees it.
 */
export class SharedStatus {
  readonly #report: SharedReport;
  #page: StatusPage | undefined;
  #json: string | undefined;

  constructor(report: SharedReport) {
    this.#report = report;
  }

  /** The page as HTML. */
  page(visitor: DecisionExplanation | undefined): string {
    this.#page ??= sharedStatusPage(this.#report);
    return this.#page(visitor);
  }

  /** A {@link StatusReport} as JSON. */
  json(visitor: DecisionExplanation | undefined): string {
    this.#json ??= printableJson(this.#report, 2).slice(0, -end.length);
    const own: Pick<StatusReport, "visitor"> = visitor ? { visitor } : {};
    // The JSON of an object with one member, without its opening brace.
    return visitor ? `${this.#json},${printableJson(own, 2).slice(1)}\n` : `${this.#json}${end}\n`;
  }
}
