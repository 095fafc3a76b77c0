/*
 * Checks of a parsed value against a type. A library would do the same, but add a megabyte to every cold start of a Lambda.
 */

/** Reports a problem and its path in the value: `mirrors[3].weight`. */
export type Report = (at: string, what: string) => void;

/** Checks one value. */
export type Check = (value: unknown, at: string, report: Report) => void;

/** A check for each member of a type: the compiler reports a forgotten member. */
export type Members<T> = { readonly [K in keyof Required<T>]: Check };

type Values = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A check that one condition holds. @param what the value must be, as in "a string" */
export function is(what: string, holds: (value: unknown) => boolean): Check {
  return (value, at, report) => {
    if (!holds(value)) report(at, value === undefined ? "is missing" : `is not ${what}`);
  };
}

/** The value may be missing. */
export const optional =
  (check: Check): Check =>
  (value, at, report) => {
    if (value !== undefined) check(value, at, report);
  };

/** A string that is not empty. */
export const text = is("a string", (value) => typeof value === "string" && value !== "");
export const flag = is("true or false", (value) => typeof value === "boolean");
/** A string of a form. */
export const matching = (pattern: RegExp, what: string): Check =>
  is(what, (value) => typeof value === "string" && pattern.test(value));
/** A number in a range, ends included. */
export const between = (least: number, most: number): Check =>
  is(`a number from ${least} to ${most}`, (value) => typeof value === "number" && value >= least && value <= most);
/** A whole number from 0. */
export const whole = (most: number): Check =>
  is(
    `a whole number from 0 to ${most}`,
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most,
  );
/** One of these values. */
export const oneOf = (...values: readonly unknown[]): Check =>
  is(values.join(" or "), (value) => values.includes(value));

/** A list, with a check for each item. */
export function list(check: Check): Check {
  return (value, at, report) => {
    if (!Array.isArray(value)) return report(at, value === undefined ? "is missing" : "is not a list");
    for (const [index, each] of value.entries()) check(each, `${at}[${index}]`, report);
  };
}

/** An object with these members; others are not looked at. @param andThen checks the whole if its members are right */
export function object<T>(members: Members<T>, andThen?: (value: T, at: string, report: Report) => void): Check {
  const checks = Object.entries<Check>(members);
  return (value, at, report) => {
    if (!isObject(value)) return report(at, value === undefined ? "is missing" : "is not an object");
    const prefix = at === "" ? "" : `${at}.`;
    let sound = true;
    const tell: Report = (where, what) => {
      sound = false;
      report(where, what);
    };
    for (const [name, check] of checks) check(value[name], `${prefix}${name}`, tell);
    if (sound) andThen?.(value as T, at, report);
  };
}

/** An object with any members, with a check for each value. */
export function record(check: Check): Check {
  return (value, at, report) => {
    if (!isObject(value)) return report(at, value === undefined ? "is missing" : "is not an object");
    for (const [name, each] of Object.entries(value)) check(each, `${at}.${name}`, report);
  };
}

/** Maximum problems named in one message. */
const mostNamed = 3;

/**
 * Checks a parsed value. Unknown members are kept.
 *
 * @param what the value, as in "the routing table"
 * @throws Error with the first problems, their places, and the number of the others
 */
export function requireValue<T>(check: Check, parsed: unknown, what: string): T {
  const problems: string[] = [];
  check(parsed, "", (at, problem) => problems.push(at === "" ? `it ${problem}` : `${at} ${problem}`));
  if (problems.length === 0) return parsed as T;
  const more = problems.length > mostNamed ? `; and ${problems.length - mostNamed} more` : "";
  throw new Error(`${what} is malformed: ${problems.slice(0, mostNamed).join("; ")}${more}`);
}
