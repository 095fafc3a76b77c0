import { writeFileSync } from "node:fs";
import { printable, printableJson } from "../document/printable";
import { envoyConfiguration } from "../exports/envoy/envoy-configuration";
import type { Exported, ExportOptions } from "../exports/export-options";
import { nginxConfiguration } from "../exports/nginx/nginx-configuration";
import { NotExportable } from "../exports/not-exportable";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { clientAddressRules, parseClientAddressRule } from "../routing/client-address";
import { dayOf } from "../routing/conditions";
import { exitStatus, Failure, understandAll, understood } from "./failure";

/** What `export` takes besides the program. */
export interface ExportCommandOptions extends ProjectOptions {
  /** @default the standard output */
  readonly out?: string;
  /** `HOST:PORT`, an IPv6 address in brackets. */
  readonly listen: string;
  readonly clientAddress: string;
  /** What was exported as JSON; for this, the configuration must go to a file. */
  readonly json?: boolean;
}

const programs = { nginx: nginxConfiguration, envoy: envoyConfiguration };

type Program = keyof typeof programs;

function programOf(text: string): Program {
  if (Object.hasOwn(programs, text)) return text as Program;
  throw new Failure(
    exitStatus.wrongUsage,
    `export knows ${Object.keys(programs).join(" and ")}, not ${printable(text)}`,
  );
}

function listenPlace(text: string): ExportOptions["listen"] {
  const [, host = "", port] = /^([0-9.]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) > 0 && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new Failure(
    exitStatus.wrongUsage,
    `--listen takes an address of this machine and a port, as 127.0.0.1:8080 or [::]:80, not ${text}`,
  );
}

function leftOutWords({ leftOut }: Exported): string {
  if (leftOut.length === 0) return "all mirrors are in it";
  const names = leftOut.map(({ id }) => id).join(", ");
  return `left out, because they may hold less than the origin and nobody asks them here: ${leftOut.length} of the mirrors (${names})`;
}

function configurationOf(program: Program, options: ExportOptions): Exported {
  try {
    return programs[program](options);
  } catch (error) {
    if (error instanceof NotExportable) {
      throw new Failure(exitStatus.wrongInput, `${program} cannot say what the inventory says:\n${error.message}`);
    }
    throw error;
  }
}

function requireOut({ out, json }: ExportCommandOptions): void {
  if (!json || out !== undefined) return;
  throw new Failure(exitStatus.wrongUsage, "--json tells about a file: name one with --out");
}

function asJson(program: Program, out: string | undefined, { leftOut }: Exported): string {
  return `${printableJson({ program, out, leftOut: leftOut.map(({ id }) => id) })}\n`;
}

/**
 * `export`: a configuration with which another program redirects as the redirector does.
 *
 * @throws Failure where the inventory or an option is wrong, or the program cannot say what the inventory says
 */
export function exportCommand(text: string, options: ExportCommandOptions): void {
  const { out, clientAddress: rule } = options;
  const { program, listen, clientAddress } = understandAll({
    program: () => programOf(text),
    listen: () => listenPlace(options.listen),
    clientAddress: () => understood("--client-address", rule, clientAddressRules, parseClientAddressRule(rule)),
    json: () => requireOut(options),
  });
  const { table } = compileTable(loadProject(options));
  const exported = configurationOf(program, { table, today: dayOf(new Date()), clientAddress, listen });
  if (out === undefined) process.stdout.write(exported.text);
  else writeFileSync(out, exported.text);
  if (options.json) process.stdout.write(asJson(program, out, exported));
  process.stderr.write(`${printable(`${out ?? program}: ${leftOutWords(exported)}`)}\n`);
}
