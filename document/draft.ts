/**
 * A value as written, without its invalid parts, so any part may be missing. Invalid values become `undefined` but keep
 * their key: `key in …` shows whether a field was written, and the value whether it is valid.
 */
export type DraftOf<T> = T extends readonly (infer Item)[]
  ? readonly (DraftOf<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: DraftOf<T[Key]> | undefined }
    : T;

/** The defined members of a record. */
export function membersOf<T>(record: Readonly<Record<string, T | undefined>> | undefined): [string, T][] {
  return Object.entries(record ?? {}).filter((member): member is [string, T] => member[1] !== undefined);
}

/** The defined items of a list, with their positions. */
export function itemsOf<T>(list: readonly (T | undefined)[] | undefined): [number, T][] {
  const items: [number, T][] = [];
  for (const [index, item] of (list ?? []).entries()) if (item !== undefined) items.push([index, item]);
  return items;
}
