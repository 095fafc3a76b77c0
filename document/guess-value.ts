import { domainToASCII } from "node:url";
import { z } from "zod";
import type { MeaningWords } from "./document-words";
import { findNearest } from "./find-nearest";
import { documentationOf, unwrapSchema } from "./schema-field";

/**
 * The most likely intended value of an invalid one: the first candidate that the schema accepts; `undefined` if there is none.
 */
export function guessValue(schema: z.core.$ZodType, value: unknown, words: MeaningWords): unknown {
  return candidates(schema, value, words).find(
    (candidate) =>
      candidate !== undefined && candidate !== "" && candidate !== value && z.safeParse(schema, candidate).success,
  );
}

function candidates(schema: z.core.$ZodType, value: unknown, words: MeaningWords): readonly unknown[] {
  if (typeof value === "string") {
    if (words.exactNames?.includes(documentationOf(schema).title ?? "")) {
      return [value.trim().toLowerCase(), [value.trim().toLowerCase()]];
    }
    const isPath = z.safeParse(schema, "a/b").success;
    return [
      ...(isPath ? pathCandidates(value) : textCandidates(value, words)),
      ...wordCandidates(schema, value, words),
      [value],
      value.split(/[,;\s]+/),
    ];
  }
  if (typeof value === "number") return [String(value), [value]];
  // An empty mapping of any keys is valid but never intended.
  const nothing = unwrapSchema(schema) instanceof z.ZodRecord ? [] : [{}];
  if (value === null) return nothing;
  return Array.isArray(value) ? (value.length === 1 ? value : []) : [[value], ...nothing];
}

/** One of the schema's enum values. */
function wordCandidates(schema: z.core.$ZodType, text: string, words: MeaningWords): readonly unknown[] {
  const inner = unwrapSchema(schema);
  return inner instanceof z.ZodEnum ? [guessWord(inner.options.map(String), text, words)] : [];
}

/** The known word that a string most likely means: the nearest one, or one with this synonym; `undefined` if none. */
export function guessWord(known: readonly string[], text: string, words: MeaningWords): string | undefined {
  const synonym = synonymOf(text, words);
  return findNearest(text, known) ?? known.find((word) => word === synonym);
}

function synonymOf(text: string, { synonyms = {} }: MeaningWords): string | undefined {
  const name = text.toLowerCase();
  return Object.hasOwn(synonyms, name) ? synonyms[name] : undefined;
}

/** Does not change a URL's path, because another party chose it. */
function pathCandidates(text: string): readonly string[] {
  const path = text.includes("://") && URL.canParse(text) ? new URL(text).pathname : text;
  return [path, path.replace(/^@/, ""), path.toLowerCase(), path.replace(/[.:]/, "/").toLowerCase()].map(
    withoutSlashes,
  );
}

function withoutSlashes(text: string): string {
  return text.trim().replace(/^[./]*\/|\/+$/g, "");
}

function textCandidates(text: string, words: MeaningWords): readonly unknown[] {
  const bare = text.replace(/^[\s“”„‘’«»]+|[\s“”„‘’«»]+$/g, "");
  const name = bare
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-$/g, "");
  return [
    bare,
    synonymOf(bare, words),
    bare.toLowerCase(),
    bare.toUpperCase(),
    withoutSlashes(bare),
    bare.replace(/^[a-z]+:\/\//i, ""),
    ...hostCandidates(bare.toLowerCase()),
    ...partCandidates(bare),
    bare.replace(/^http:/, "https:"),
    bare.includes("://") && URL.canParse(bare) ? new URL(bare).href : undefined,
    `https://${bare}`,
    ...dateCandidates(bare),
    name,
    name.length === 1 ? `${name}1` : undefined,
    /^(yes|on|y|true)$/i.test(bare) ? true : undefined,
    /^(no|off|n|false)$/i.test(bare) ? false : undefined,
    ...(/\d/.test(bare) ? numberCandidates(bare) : []),
  ];
}

function hostCandidates(text: string): readonly (string | undefined)[] {
  const host = text.includes("://") && URL.canParse(text) ? new URL(text).hostname : text;
  if (!host.includes(".")) return [];
  return [
    host,
    host.replace(/[:/].*$/, ""),
    host.replace(/\.+$/, ""),
    /^[ -~]*$/.test(host) ? undefined : domainToASCII(host),
  ];
}

/** The value inside commonly copied text: an account in an ARN or with hyphens, the path of a subscription, an e-mail address with a name. */
function partCandidates(text: string): readonly (string | undefined)[] {
  return [
    /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0].toLowerCase(),
    /(?<!\d)\d{12}(?!\d)/.exec(text.replace(/(?<=\d)[- ](?=\d)/g, ""))?.[0],
    /[^\s<>:,;]+@[^\s<>:,;]+/.exec(text)?.[0],
    /^\[(.*)\]$/.exec(text)?.[1],
    /^(\d{4}-\d{2})-\d{2}$/.exec(text)?.[1],
  ];
}

/** A date as YYYY-MM-DD, with leading zeros, also from DD.MM.YYYY. */
function dateCandidates(text: string): readonly string[] {
  const two = (digits = "") => digits.padStart(2, "0");
  const byYear = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  const byDay = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  const [, withTime] = /^(\d{4}-\d{2}-\d{2})[T ]/.exec(text) ?? [];
  if (withTime !== undefined) return [withTime];
  if (byYear) return [`${byYear[1]}-${two(byYear[2])}-${two(byYear[3])}`];
  return byDay ? [`${byDay[3]}-${two(byDay[2])}-${two(byDay[1])}`] : [];
}

/** `1,000`, `1'000.5`, `52,5`, `$ 250k`, `20 %`, `AS3320`: the number without separators and units. */
function numberCandidates(text: string): readonly number[] {
  const [, digits = "", unit = ""] = /^[^\d.,-]*(-?\d[\d.,_' ]*?)\s*(k|m)?(?:\s*[^\d.,-]*)?$/i.exec(text) ?? [];
  const factor = { k: 1e3, m: 1e6 }[unit.toLowerCase()] ?? 1;
  const isGrouped = /^-?\d{1,3}([,_' ]\d{3})+(\.\d+)?$/.test(digits);
  const grouped = isGrouped ? Number(digits.replace(/[,_' ]/g, "")) : Number.NaN;
  const numbers = [grouped, Number(digits.replace(",", "."))].filter(Number.isFinite).map((number) => number * factor);
  return text.endsWith("%") ? [...numbers, ...numbers.map((number) => number / 100)] : numbers;
}
