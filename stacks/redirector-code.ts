/** A file for a stack: its current path, and the SHA-256 of its bytes. */
export interface CarriedFile {
  readonly path: string;
  /** SHA-256 of the content, in hexadecimal. It is part of the path in the stack, so a changed file changes the plan. */
  readonly sha256: string;
}

/** The files of a redirector stack, which are built from sources and inventory for each synthesis. */
export interface RedirectorCode {
  /** The Lambda's zip: handler and fallback table. The same sources give the same bytes. */
  readonly lambda: CarriedFile;
  /** The routing table, which running redirectors read from a bucket. */
  readonly table: CarriedFile;
}
