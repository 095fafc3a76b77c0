/** The path to a value from the top of the file: keys, and positions in lists. */
export type Path = readonly (string | number)[];

/** What a complaint is about: a key, or its value. */
export type Target = "key" | "value";
