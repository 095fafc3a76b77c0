/** A set of paths that each stand for themselves and for everything below them; an empty path stands for all. */
export class PathCover {
  readonly #paths: ReadonlySet<string>;
  /** The most slashes of a path: what is below a longer path of a request need not be looked up. */
  readonly #deepest: number;

  constructor(paths: readonly string[]) {
    this.#paths = new Set(paths);
    this.#deepest = paths.reduce((most, path) => Math.max(most, path.split("/").length), 0);
  }

  get isEmpty(): boolean {
    return this.#paths.size === 0;
  }

  /** Whether a path is one of them, or below one. */
  covers(path: string): boolean {
    if (this.#paths.has("") || this.#paths.has(path)) return true;
    let at = path.indexOf("/");
    for (let depth = 1; at >= 0 && depth <= this.#deepest; depth++) {
      if (this.#paths.has(path.slice(0, at))) return true;
      at = path.indexOf("/", at + 1);
    }
    return false;
  }
}
