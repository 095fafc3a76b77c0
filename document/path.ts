/** The way to a value from the top of the file: keys, and positions in lists. */
export type Path = readonly (string | number)[];

/** What a complaint is about: a key itself, or what stands behind it. */
export type Target = "key" | "value";
