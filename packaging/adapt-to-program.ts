import { posix } from "node:path";
import type { RunConfig } from "./base-image";

/** The `nonroot` user of distroless images. It exists on no machine. */
const nonRoot = "65532:65532";

const runtimes: readonly string[] = ["node", "bun"];
const isRuntime = (word: string): boolean => runtimes.includes(posix.basename(word));

/** The largest user ID that every container runtime accepts. Some truncate larger ones, so 4294967296 becomes 0. */
const greatestUser = 2 ** 31 - 1;

/**
 * The base image's user, if it is certainly not root: a decimal number other than zero, with or without a group. A name
 * may be any user in the base's `/etc/passwd` (and Kubernetes' `runAsNonRoot` refuses names). Runtimes read `+0` and
 * `00` as root, and a base without a user runs as root.
 */
function ordinaryUser(user: string): string | undefined {
  const [, id] = /^([1-9][0-9]{0,9})(?::[0-9]{1,10})?$/.exec(user) ?? [];
  return id !== undefined && Number(id) <= greatestUser ? user : undefined;
}

/**
 * Chooses how the program is started. An entrypoint that ends with the runtime (distroless' `/nodejs/bin/node`, also behind an init)
 * is kept. Any other is a wrapper script of the official images (`docker-entrypoint.sh` with `node` or `/usr/local/bin/bun`), which
 * guesses whether its argument is a program or a file. The runtime replaces it, and receives signals directly.
 */
function chooseStart({ Entrypoint, Cmd }: RunConfig, program: string): Pick<RunConfig, "Entrypoint" | "Cmd"> {
  if (isRuntime(Entrypoint?.at(-1) ?? "")) return { Entrypoint, Cmd: [program] };
  const runtime = Cmd?.find(isRuntime) ?? "node";
  return { Entrypoint: [runtime, program] };
}

/**
 * Adapts how a base's program runs to another program. Health check, stop signal and entrypoint belong to the base's own program; other
 * fields stay.
 *
 * @param program its path in the container
 */
export function adaptToProgram(base: RunConfig, program: string): RunConfig {
  const { Entrypoint, Cmd, Healthcheck, StopSignal, ...rest } = base;
  return { ...rest, ...chooseStart({ Entrypoint, Cmd }, program), User: ordinaryUser(rest.User ?? "") ?? nonRoot };
}
