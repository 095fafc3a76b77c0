import { type Command, Option } from "commander";

/** The inventory that commands use if none is named. */
export const defaultInventory = "mirrors.yaml";

/** The option that names the inventory. */
export const inventory = () => new Option("--inventory <file>", "the inventory").default(defaultInventory);

/** The option that names the directory of the published ranges. */
export const ranges = () =>
  new Option("--ranges <directory>", "directory of the published ranges (default: those of mirrorform)");

/** The option that accepts mirrors at private addresses. */
export const privateMirrors = () =>
  new Option("--allow-private-mirrors", "accept mirrors on loopback and in private networks, for tests and trials");

/** The option that prints the result as JSON. */
export const json = () => new Option("--json", "print JSON");

/** A required option that is checked after unknown ones. Commander checks its own required options first. */
class RequiredOption extends Option {}

/** An option that {@link requireOptions} requires. */
export const requiredOption = (flags: string, description: string) => new RequiredOption(flags, description);

/** Ends the program with a message if a required option of a command is missing. */
export function requireOptions(command: Command): void {
  const missing = command.options.find(
    (option) => option instanceof RequiredOption && command.getOptionValue(option.attributeName()) === undefined,
  );
  if (missing) command.error(`error: required option '${missing.flags}' not specified`);
}

/** Collects the values of a repeatable option. */
export function collect(value: string, others: string[] = []): string[] {
  return [...others, value];
}

/** Adds examples to the help of a command. */
export function examples(command: Command, ...lines: string[]): Command {
  return command.addHelpText("after", `\nExample:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
