import {
  type Check,
  flag,
  is,
  list,
  matching,
  object,
  optional,
  record,
  requireValue,
  whole,
} from "../document/value-checks";
import type { AuditContent, AuditedStore, OverlayContent, PromotedContent } from "./overlay-content";
import { highestPromotion } from "./overlay-layout";

/** The part of an overlay's content that is stored as JSON: everything but the objects. */
export interface StoredContent extends Omit<OverlayContent, "promoted"> {
  readonly promoted?: Omit<PromotedContent, "objects">;
}

/** Longest path, repository or store, in characters: no request target is longer. */
const longestText = 4096;
/** Longest reason, in characters: it goes into answers. The encoder shortens it. */
export const longestReason = 500;

const time = is(
  "a time as YYYY-MM-DDThh:mm:ssZ",
  (value) =>
    typeof value === "string" &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value) &&
    !Number.isNaN(Date.parse(value)),
);
const atMost = (most: number): Check =>
  is(`a string of at most ${most} characters`, (value) => typeof value === "string" && value.length <= most);
const path = atMost(longestText);
const reason = atMost(longestReason);
const digest = matching(/^sha(?:256:[a-f0-9]{64}|512:[a-f0-9]{128})$/, "a digest");
const repository = matching(/^[a-z0-9][a-z0-9._/-]{0,254}$/, "a repository's name");
const tag = matching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "a tag");
const objectKey = matching(
  /^[a-z0-9][a-z0-9._/-]{0,254}@sha(?:256:[a-f0-9]{64}|512:[a-f0-9]{128})$/,
  "REPOSITORY@DIGEST",
);
const store = /^[^/ ]{1,255}\/[^/ ]{1,255} (?:registry|blobs|files)$/;

const promoted = object<Omit<PromotedContent, "objects">>(
  {
    covers: object<PromotedContent["covers"]>({ images: list(path), files: list(path) }),
    newest: whole(highestPromotion),
    complete: record(whole(highestPromotion)),
  },
  ({ newest, complete }, at, report) => {
    for (const [name, number] of Object.entries(complete)) {
      if (!store.test(name)) report(`${at}.complete`, "has a key that is not PROVIDER/MIRROR registry, blobs or files");
      else if (number > newest) report(`${at}.complete.${name}`, "is higher than the newest promotion");
    }
  },
);

/** More stores than any inventory has. */
const mostStores = 2_000;
const count = whole(2 ** 40);

const audit = object<AuditContent>(
  {
    at: time,
    isClean: flag,
    stores: list(
      object<AuditedStore>({
        store: matching(store, "PROVIDER/MIRROR registry, blobs or files"),
        there: count,
        missing: count,
        other: count,
        unexpected: optional(count),
      }),
    ),
  },
  ({ stores }, at, report) => {
    if (stores.length > mostStores) report(`${at}.stores`, `has more than ${mostStores} entries`);
  },
);

const content = object<StoredContent>({
  issued: time,
  promoted: optional(promoted),
  withdrawn: object<OverlayContent["withdrawn"]>({
    images: list(
      object<OverlayContent["withdrawn"]["images"][number]>({
        repository,
        digest: optional(digest),
        tags: optional(list(tag)),
        reason,
      }),
    ),
    objects: list(objectKey),
    files: list(object<OverlayContent["withdrawn"]["files"][number]>({ path, reason })),
  }),
  audit: optional(audit),
});

/**
 * Checks that a parsed value is the content of an overlay. Unknown members are kept.
 *
 * @throws Error with the first problems, their places, and the number of the others
 */
export function requireStoredContent(parsed: unknown): StoredContent {
  return requireValue(content, parsed, "the overlay");
}
