const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Formats {
  readonly whole: Intl.NumberFormat;
  readonly oneDecimal: Intl.NumberFormat;
}

let made: Formats | undefined;

/** Made once, and not before a page is wanted: the first one takes 20 ms, which would be a third of the program's start. */
function formats(): Formats {
  made ??= {
    whole: new Intl.NumberFormat("en"),
    oneDecimal: new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  };
  return made;
}

/** A whole number for people: `1,181`. */
export function grouped(count: number): string {
  return formats().whole.format(count);
}

/** The English of a number and a thing: `1 mirror`, `1,181 mirrors`. */
export function counted(count: number, thing: string): string {
  return `${grouped(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** Whole days from one time to another, both ISO 8601; `undefined` where one is no time. Never negative. */
export function daysBetween(from: string, to: string): number | undefined {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / day);
  return Number.isNaN(days) ? undefined : Math.max(days, 0);
}

/**
 * How long ago a time was, both ISO 8601: `3 hours ago`, in minutes up to 2 hours, in hours up to 2 days, then in days.
 * A time in the future is the clocks' disagreement: just now.
 *
 * @returns `undefined` where one of them is no time
 */
export function ago(from: string, to: string): string | undefined {
  const age = Date.parse(to) - Date.parse(from);
  if (Number.isNaN(age)) return undefined;
  if (age < minute) return "just now";
  if (age < 2 * hour) return `${counted(Math.floor(age / minute), "minute")} ago`;
  if (age < 2 * day) return `${counted(Math.floor(age / hour), "hour")} ago`;
  return `${counted(Math.floor(age / day), "day")} ago`;
}

/** An ISO 8601 time for people: `2026-11-20 14:03 UTC`. What is no time, and a day alone, stay as they are. */
export function clockTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime()) || /^\d{4}-\d\d-\d\d$/.test(iso)) return iso;
  return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A part of a total in per cent, to one decimal: `12.3 %`, `0 %`, `< 0.1 %`; a dash where there is no total. */
export function percentage(part: number, total: number): string {
  if (!(total > 0)) return "–";
  const percent = (part / total) * 100;
  if (percent === 0) return "0\u00a0%";
  return percent < 0.1 ? "<\u00a00.1\u00a0%" : `${formats().oneDecimal.format(percent)}\u00a0%`;
}
