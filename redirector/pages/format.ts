const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Formats {
  readonly whole: Intl.NumberFormat;
  readonly oneDecimal: Intl.NumberFormat;
}

let created: Formats | undefined;

/** Created once, with the first page: the first one takes 20 ms, a third of the time that the program takes to start. */
function formats(): Formats {
  created ??= {
    whole: new Intl.NumberFormat("en"),
    oneDecimal: new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
  };
  return created;
}

/** A whole number with separators: `1,181`. */
export function formatNumber(count: number): string {
  return formats().whole.format(count);
}

/** A count with its noun: `1 mirror`, `1,181 mirrors`. */
export function formatCount(count: number, thing: string): string {
  return `${formatNumber(count)} ${thing}${count === 1 ? "" : "s"}`;
}

/** Whole days from one time to another, both ISO 8601; `undefined` if one is invalid. Never negative. */
export function countDays(from: string, to: string): number | undefined {
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / day);
  return Number.isNaN(days) ? undefined : Math.max(days, 0);
}

/**
 * How long ago a time was, both ISO 8601: `3 hours ago`, in minutes up to 2 hours, in hours up to 2 days, then in days.
 * A time in the future, which a difference of clocks may cause, is "just now".
 *
 * @returns `undefined` if one of them is invalid
 */
export function formatAge(from: string, to: string): string | undefined {
  const age = Date.parse(to) - Date.parse(from);
  if (Number.isNaN(age)) return undefined;
  if (age < minute) return "just now";
  if (age < 2 * hour) return `${formatCount(Math.floor(age / minute), "minute")} ago`;
  if (age < 2 * day) return `${formatCount(Math.floor(age / hour), "hour")} ago`;
  return `${formatCount(Math.floor(age / day), "day")} ago`;
}

/** A readable form of an ISO 8601 time: `2026-11-20 14:03 UTC`. A day without time, and an invalid time, stay as they are. */
export function formatTime(iso: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime()) || /^\d{4}-\d\d-\d\d$/.test(iso)) return iso;
  return `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** A part of a total in per cent, with one decimal: `12.3 %`, `0 %`, `< 0.1 %`; a dash if the total is 0. */
export function formatPercentage(part: number, total: number): string {
  if (!(total > 0)) return "–";
  const percent = (part / total) * 100;
  if (percent === 0) return "0\u00a0%";
  return percent < 0.1 ? "<\u00a00.1\u00a0%" : `${formats().oneDecimal.format(percent)}\u00a0%`;
}
