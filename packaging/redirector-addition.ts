import { posix } from "node:path";
import type { ImageReference } from "../stores/registry/image-reference";
import type { RunConfig } from "./base-image";
import { bundle } from "./bundle";
import type { Addition } from "./derive-image";
import { createLayer } from "./layer";

/** The paths of the program and its table in a container. */
const program = "app/redirector.js";
const routingTable = "app/routing.table";

/** The `nonroot` user of distroless images. It exists on no machine. */
const nonRoot = "65532:65532";

const port = "8080/tcp";

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
function chooseStart({ Entrypoint, Cmd }: RunConfig): Pick<RunConfig, "Entrypoint" | "Cmd"> {
  if (isRuntime(Entrypoint?.at(-1) ?? "")) return { Entrypoint, Cmd: [`/${program}`] };
  const runtime = Cmd?.find(isRuntime) ?? "node";
  return { Entrypoint: [runtime, `/${program}`] };
}

/** Adapts how a base's program runs to the redirector. Other fields stay. */
export function adaptRun(base: RunConfig): RunConfig {
  // Health check, stop signal and entrypoint belong to the base's own program.
  const { Entrypoint, Cmd, Healthcheck, StopSignal, ...rest } = base;
  const env = (rest.Env ?? []).filter((each) => !each.startsWith("MIRRORFORM_TABLE="));
  return {
    ...rest,
    ...chooseStart({ Entrypoint, Cmd }),
    User: ordinaryUser(rest.User ?? "") ?? nonRoot,
    // Only the base's own user may have access to the base's working directory.
    WorkingDir: "/app",
    Env: [...env, `MIRRORFORM_TABLE=/${routingTable}`],
    ExposedPorts: { ...rest.ExposedPorts, [port]: {} },
  };
}

/** The inputs of the redirector's image. */
export interface RedirectorParts {
  /** The fallback table, used until the live one is loaded. */
  readonly table: Uint8Array;
  readonly created: Date;
  /** This program's version, which becomes the image's. */
  readonly version: string;
  /** The URL of the project that runs the redirector. */
  readonly source: string;
  /** The base, as the user wrote it. */
  readonly base: ImageReference;
}

/** Uses the tag if there is one, because the digest has its own label. */
function nameBase({ host, name, tag, digest }: ImageReference): string {
  return `${host}/${name}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}

/** Builds what is added to a base with Node or Bun: the redirector's program, its table, and how to run them. */
export function createRedirectorAddition({ table, created, version, source, base }: RedirectorParts): Addition {
  return {
    layer: createLayer({ [program]: bundle("container.ts", "node20"), [routingTable]: table }),
    createdBy: "mirrorform image",
    created,
    baseName: nameBase(base),
    labels: {
      "org.opencontainers.image.title": "mirrorform redirector",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.source": source,
    },
    run: adaptRun,
  };
}
