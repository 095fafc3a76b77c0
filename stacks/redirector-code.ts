/** A file that a stack carries: where it is now, and the SHA-256 of its bytes. */
export interface CarriedFile {
  readonly path: string;
  /** SHA-256 of the content, in hexadecimal: it names the file, so that a change of content is a change of the plan. */
  readonly sha256: string;
}

/** What a redirector stack carries: made from the sources and the inventory when the stacks are synthesized. */
export interface RedirectorCode {
  /** The Lambda's zip: handler and routing table, the same bytes at every synthesis. */
  readonly lambda: CarriedFile;
  /** The routing table alone, for carriers that read it from a file. */
  readonly table: CarriedFile;
}
