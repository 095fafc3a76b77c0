import type { ObjectFacts } from "./bucket";
import { StoreError } from "./store-error";

/** One page of a listing. */
export interface Page {
  readonly objects: readonly ObjectFacts[];
  /** Asks for the next page; undefined if this is the last. */
  readonly next: string | undefined;
}

/** Pages without objects, one after another, before a listing is taken for one without end: Azure and Google send some. */
const mostEmptyPages = 1_000;

/**
 * A listing, page by page. A server that makes no progress is refused: one that sends the same continuation twice in a row, empty pages
 * only, or objects that were not asked for.
 *
 * @param load gets the page at a continuation
 * @param url of the bucket, for messages
 * @throws StoreError
 */
export async function* listPages(
  load: (continuation: string | undefined) => Promise<Page>,
  prefix: string,
  url: string,
): AsyncGenerator<readonly ObjectFacts[]> {
  let continuation: string | undefined;
  let empty = 0;
  do {
    const { objects, next } = await load(continuation);
    const stray = objects.find(({ key }) => !key.startsWith(prefix));
    if (stray) throw new StoreError(`${url} lists ${stray.key}, which does not begin with ${prefix}`);
    empty = objects.length === 0 ? empty + 1 : 0;
    if (next !== undefined && (next === continuation || empty > mostEmptyPages)) {
      throw new StoreError(`${url} sends a listing of ${prefix} that does not end`);
    }
    continuation = next;
    if (objects.length > 0) yield objects;
  } while (continuation !== undefined);
}
