import type { AskedClass } from "../../routing/asked";
import type { Files } from "./file-server";
import type { ToolName } from "./find-tools";
import type { TestImage } from "./image";
import type { Output } from "./program";

/** What a case works with. */
export interface Trial {
  /** Where the redirector is, as `127.0.0.1:PORT`. */
  readonly redirector: string;
  /** An empty folder of its own. */
  readonly folder: string;
  /** What was pushed to the origin, and its blobs to the mirror. */
  readonly image: TestImage;
  /** What the origin's file server has. */
  readonly files: Files;
  /** Runs the case's client. @throws Error where its exit status is not 0 */
  run(...args: readonly string[]): Promise<Output>;
}

/** One thing that a real client does through the redirector. */
export interface Case {
  readonly name: string;
  readonly client: ToolName;
  /** What the client must have asked the redirector for. */
  readonly asks: readonly AskedClass[];
  /** @throws Error where it goes wrong */
  check(trial: Trial): Promise<void>;
}
