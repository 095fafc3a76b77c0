import { printable } from "../../../document/printable";

/** One claim of the demonstration, and whether it held. */
export interface Claim {
  /** The title of its step. */
  readonly step: string;
  readonly claim: string;
  readonly holds: boolean;
}

/** Says what happens, and keeps account of what was claimed. */
export class Narrator {
  readonly claims: Claim[] = [];
  readonly #write: (text: string) => unknown;
  #step = "";
  #steps = 0;

  /** @param write gets the text for people */
  constructor(write: (text: string) => unknown) {
    this.#write = write;
  }

  /** Begins a step. */
  begin(title: string): void {
    this.#step = title;
    this.#steps += 1;
    this.#write(`\n${this.#steps}. ${printable(title)}\n`);
  }

  say(text: string): void {
    this.#write(`   ${printable(text)}\n`);
  }

  /** Shows the output of a command. */
  show(output: string): void {
    const lines = output.trimEnd().split("\n");
    this.#write(lines.map((line) => (line === "" ? "   |\n" : `   | ${line}\n`)).join(""));
  }

  /** Notes whether a claim holds. */
  claim(claim: string, holds: boolean): void {
    this.claims.push({ step: this.#step, claim, holds });
    this.#write(`   ${holds ? "ok" : "FAILED"}: ${printable(claim)}\n`);
  }
}
