import { writeFileSync } from "node:fs";
import { formatCount } from "../document/format-count";
import { printable, printableJson } from "../document/printable";
import { envoyConfiguration } from "../exports/envoy/envoy-configuration";
import type { Exported, ExportOptions } from "../exports/export-options";
import { nginxConfiguration } from "../exports/nginx/nginx-configuration";
import { NotExportable } from "../exports/not-exportable";
import type { ProjectOptions } from "../project/check-project";
import { compileTable, loadProject } from "../project/load-project";
import { clientAddressRules, parseClientAddressRule } from "../routing/client-address";
import { dayOf } from "../routing/conditions";
import { exitStatus, Failure, parseOptions, requireOption } from "./failure";
import { printMessage } from "./print-message";

/** The options of `export`. */
export interface ExportCommandOptions extends ProjectOptions {
  /** @default the standard output */
  readonly out?: string;
  /** `HOST:PORT`, an IPv6 address in brackets. */
  readonly listen: string;
  readonly clientAddress: string;
  /** Whether to print the result as JSON. Then the configuration must go to a file. */
  readonly json?: boolean;
}

const programs = { nginx: nginxConfiguration, envoy: envoyConfiguration };

type Program = keyof typeof programs;

function parseProgram(text: string): Program {
  if (Object.hasOwn(programs, text)) return text as Program;
  throw new Failure(
    exitStatus.wrongUsage,
    `export supports ${Object.keys(programs).join(" and ")}, not ${printable(text)}`,
  );
}

function parseListen(text: string): ExportOptions["listen"] {
  const [, host = "", port] = /^([0-9.]+|\[[0-9a-fA-F:.]+\]):([0-9]{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) > 0 && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new Failure(
    exitStatus.wrongUsage,
    `--listen must be an address of this machine and a port, such as 127.0.0.1:8080 or [::]:80, not ${printable(text)}`,
  );
}

function describeLeftOut({ leftOut }: Exported): string {
  if (leftOut.length === 0) return "includes all mirrors";
  const names = leftOut.map(({ id }) => id).join(", ");
  return `leaves out ${formatCount(leftOut.length, "mirror")} that may lack objects, because it cannot probe mirrors: ${names}`;
}

function makeConfiguration(program: Program, options: ExportOptions): Exported {
  try {
    return programs[program](options);
  } catch (error) {
    if (error instanceof NotExportable) {
      throw new Failure(exitStatus.wrongInput, `${program} cannot express the inventory:\n${error.message}`);
    }
    throw error;
  }
}

function requireOut({ out, json }: ExportCommandOptions): void {
  if (!json || out !== undefined) return;
  throw new Failure(exitStatus.wrongUsage, "--json needs a file for the configuration: set --out");
}

function formatJson(program: Program, out: string | undefined, { leftOut }: Exported): string {
  return `${printableJson({ program, out, leftOut: leftOut.map(({ id }) => id) })}\n`;
}

/**
 * `export`: writes a configuration with which another program redirects as the redirector does.
 *
 * @throws UnusableProject if the inventory is invalid
 * @throws Failure if an option is invalid, or the program cannot express the inventory
 */
export function exportCommand(text: string, options: ExportCommandOptions): void {
  const { out, clientAddress: rule } = options;
  const { program, listen, clientAddress } = parseOptions({
    program: () => parseProgram(text),
    listen: () => parseListen(options.listen),
    clientAddress: () => requireOption("--client-address", rule, clientAddressRules, parseClientAddressRule(rule)),
    json: () => requireOut(options),
  });
  const { table } = compileTable(loadProject(options));
  const exported = makeConfiguration(program, { table, today: dayOf(new Date()), clientAddress, listen });
  if (out === undefined) process.stdout.write(exported.text);
  else writeFileSync(out, exported.text);
  if (options.json) process.stdout.write(formatJson(program, out, exported));
  printMessage(`${out ?? program}: ${describeLeftOut(exported)}`);
}
