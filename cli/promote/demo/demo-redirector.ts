import { buffer } from "node:stream/consumers";
import { overlayName } from "../../../overlay/overlay-name";
import { checkProject } from "../../../project/check-project";
import { compileTable } from "../../../project/load-project";
import { createNothingDone } from "../../../project/report-problems";
import { AssembledRedirector } from "../../../redirector/assembled-redirector";
import type { Answer } from "../../../routing/answer";
import type { RoutingTable } from "../../../routing/routing-table";
import type { Bucket } from "../../../stores/bucket";

/** A redirector in this process, which asks no mirror. */
export class DemoRedirector {
  readonly #table: RoutingTable;
  readonly #tables: Bucket;
  #assembled: AssembledRedirector;

  /**
   * Warnings about what is not deployed are not printed.
   *
   * @param tables the bucket in which promotions publish the overlay
   * @throws UnusableProject
   */
  constructor(inventory: string, tables: Bucket) {
    const project = checkProject({ inventory }, new Date());
    if (!project.ok) throw createNothingDone(project.problems);
    this.#table = compileTable(project).table;
    this.#tables = tables;
    this.#assembled = this.#assemble();
  }

  /** Reads the overlay now; redirectors in service do so every minute. */
  async refresh(): Promise<void> {
    this.#assembled = this.#assemble();
    await this.#assembled.refreshIfDue();
  }

  /** Answers a client at no provider. @param target such as `/v2/app/server/manifests/v1.0.0` */
  ask(host: string, target: string): Answer | Promise<Answer> {
    return this.#assembled.redirector.handle({
      method: "GET",
      target,
      host,
      peer: "192.0.2.1",
      header: () => undefined,
    });
  }

  #assemble(): AssembledRedirector {
    const read = async () => buffer((await this.#tables.open(overlayName)).body as AsyncIterable<Buffer>);
    return new AssembledRedirector(this.#table, {
      clientAddress: { from: "socket" },
      presence: "assume",
      logShare: 0,
      ownPages: false,
      overlaySource: { name: this.#tables.url, read },
      write: () => undefined,
    });
  }
}
