import { printableJson } from "../document/printable";
import { clientAddressRules, parseClientAddressRule } from "../routing/client-address";
import type { RedirectorSettings } from "./assembled-redirector";
import { openSources, type Sources } from "./tables/open-sources";

/** Where `/-/` is served: with everything else, on a port of its own, or nowhere. */
export type StatusPlace = "same" | "off" | number;

/** A redirector's settings from environment variables. */
export type EnvironmentSettings = Omit<RedirectorSettings, "write" | "ownPages"> & { readonly status: StatusPlace };

/** The valid forms of a status place, for messages. */
export const statusPlaces = "same, off or a port";

/** Parses a status place; undefined if the text is not one. */
export function parseStatusPlace(text: string): StatusPlace | undefined {
  if (text === "same" || text === "off") return text;
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

/** Parses a share from 0 to 1; undefined if the text is not one. */
export function parseShare(text: string): number | undefined {
  const share = /^(?:0|1|0?\.[0-9]+|1\.0+|0\.[0-9]+)$/.test(text) ? Number(text) : Number.NaN;
  return share >= 0 && share <= 1 ? share : undefined;
}

/** Reads variables, and collects their problems, so that all are reported together. */
class Variables {
  readonly #problems: string[] = [];
  readonly #values: Readonly<Record<string, string | undefined>>;

  constructor(values: Readonly<Record<string, string | undefined>>) {
    this.#values = values;
  }

  /** One line per problem. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  /** Reads a required variable; undefined if it is not set or invalid. */
  readRequired<T>(name: string, forms: string, parse: (text: string) => T | undefined): T | undefined {
    if (!this.#values[name]) this.#problems.push(`${name} is not set: it must be ${forms}`);
    return this.read<T | undefined>(name, undefined, forms, parse);
  }

  /** Reads a variable; `otherwise` if it is not set or invalid. */
  read<T>(name: string, otherwise: T, forms: string, parse: (text: string) => T | undefined): T {
    const text = this.#values[name];
    if (text === undefined || text === "") return otherwise;
    try {
      const value = parse(text);
      if (value !== undefined) return value;
      this.#problems.push(`${name} must be ${forms}, not ${printableJson(text)}`);
    } catch (error) {
      this.#problems.push(`${name}: ${(error as Error).message}`);
    }
    return otherwise;
  }
}

function oneOf<T extends string>(...words: readonly T[]): (text: string) => T | undefined {
  return (text) => words.find((word) => word === text);
}

/**
 * The settings in environment variables, for containers and functions:
 *
 * - `MIRRORFORM_CLIENT_ADDRESS`: the source of the client's address (`docs/client-address.md`); required, because no default
 *   is right everywhere;
 * - `MIRRORFORM_TABLE_SOURCE`: the source of new routing tables: a file, `https://…`, `s3://…` or `gs://…`; none by
 *   default. The overlay is read from the same place;
 * - `MIRRORFORM_PRESENCE`: `ask` mirrors whether they hold an object (default), or `assume` that they do;
 * - `MIRRORFORM_LOG`: the share of decisions that are logged, from 0 to 1 (default 1);
 * - `MIRRORFORM_STATUS`: where `/-/` is served: `same` port (default), `off`, or a port of its own;
 * - `MIRRORFORM_BACKGROUND`: `timers` check mirrors and look for new tables (default), or `requests` do, if the platform
 *   freezes the program between requests;
 * - `MIRRORFORM_TRACE_PROJECT`: the Google project whose traces requests belong to; none by default.
 *
 * @throws Error with all problems
 */
export function environmentSettings(values: Readonly<Record<string, string | undefined>>): EnvironmentSettings {
  const variables = new Variables(values);
  const clientAddress = variables.readRequired("MIRRORFORM_CLIENT_ADDRESS", clientAddressRules, parseClientAddressRule);
  const sources = variables.read<Sources | undefined>("MIRRORFORM_TABLE_SOURCE", undefined, "", openSources);
  const traceProject = variables.read<string | undefined>(
    "MIRRORFORM_TRACE_PROJECT",
    undefined,
    "a Google Cloud project id",
    (text) => (/^[a-z0-9-]{1,63}$/.test(text) ? text : undefined),
  );
  const settings = {
    presence: variables.read("MIRRORFORM_PRESENCE", "ask", "ask or assume", oneOf("ask", "assume")),
    logShare: variables.read("MIRRORFORM_LOG", 1, "a share from 0 to 1", parseShare),
    status: variables.read<StatusPlace>("MIRRORFORM_STATUS", "same", statusPlaces, parseStatusPlace),
    frozen:
      variables.read("MIRRORFORM_BACKGROUND", "timers", "timers or requests", oneOf("timers", "requests")) ===
      "requests",
    ...sources,
    ...(traceProject !== undefined && { traceProject }),
  };
  if (clientAddress === undefined || variables.problems.length > 0) throw new Error(variables.problems.join("\n"));
  return { clientAddress, ...settings };
}
