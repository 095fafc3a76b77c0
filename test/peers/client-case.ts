import type { AskedClass } from "../../routing/asked";
import type { Files } from "./file-server";
import type { ToolName } from "./find-tools";
import type { TestImage } from "./image";
import type { Output } from "./program";

/** What a case can use. */
export interface CaseContext {
  /** The redirector's `127.0.0.1:PORT`. */
  readonly redirector: string;
  /** An empty folder for this case. */
  readonly folder: string;
  /** The image that was pushed to the origin; its blobs were also pushed to the mirror. */
  readonly image: TestImage;
  /** The files of the origin's file server. */
  readonly files: Files;
  /** Runs the case's client. @throws Error if its exit status is not 0 */
  run(...args: readonly string[]): Promise<Output>;
}

/** One task that a real client performs through the redirector. */
export interface ClientCase {
  readonly name: string;
  readonly client: ToolName;
  /** The classes that the client must have requested from the redirector. */
  readonly requests: readonly AskedClass[];
  /** @throws Error if the task fails */
  check(context: CaseContext): Promise<void>;
}
