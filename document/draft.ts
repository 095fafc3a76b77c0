/**
 * A value as written, without what its schema refused: any part may be missing. There, a key is kept with the value
 * `undefined`. So `key in …` says whether something was written, and a value whether it can be relied on.
 */
export type DraftOf<T> = T extends readonly (infer Item)[]
  ? readonly (DraftOf<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: DraftOf<T[Key]> | undefined }
    : T;

/** The members of a record that are there. */
export function membersOf<T>(record: Readonly<Record<string, T | undefined>> | undefined): [string, T][] {
  return Object.entries(record ?? {}).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
}

/** The items of a list that are there, with their positions. */
export function itemsOf<T>(list: readonly (T | undefined)[] | undefined): [number, T][] {
  return (list ?? []).flatMap((item, index) => (item === undefined ? [] : [[index, item] as [number, T]]));
}
