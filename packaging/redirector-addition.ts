import { posix } from "node:path";
import type { ImageReference } from "../stores/registry/image-reference";
import type { RunConfig } from "./base-image";
import { bundle } from "./bundle";
import type { Addition } from "./derive-image";
import { layerOf } from "./layer";

/** Where the program and its table are in a container. */
const program = "app/redirector.js";
const routingTable = "app/routing.table";

/** The user of distroless images by the name `nonroot`: nobody on any machine. */
const nobody = "65532:65532";

const port = "8080/tcp";

const runtimes: readonly string[] = ["node", "bun"];
const isRuntime = (word: string): boolean => runtimes.includes(posix.basename(word));

/** The largest user id that every container runtime takes; some truncate larger ones, so that 4294967296 becomes 0. */
const greatestUser = 2 ** 31 - 1;

/**
 * The base image's user, if it is certainly not root: a decimal number other than zero, with or without a group. A name
 * may be any user in the base's `/etc/passwd` (and Kubernetes' `runAsNonRoot` refuses names), runtimes read `+0` and
 * `00` as root, and a base without a user runs as root.
 */
function ordinaryUser(user: string): string | undefined {
  const [, id] = /^([1-9][0-9]{0,9})(?::[0-9]{1,10})?$/.exec(user) ?? [];
  return id !== undefined && Number(id) <= greatestUser ? user : undefined;
}

/**
 * How the program is started. An entrypoint that ends in the runtime (distroless' `/nodejs/bin/node`, also behind an init) is kept. Any other
 * is a script around what comes after it (`docker-entrypoint.sh` with `node`, or with `/usr/local/bin/bun`: the official images), whose guess
 * whether that is a program or a file is not needed: the runtime takes its place, and gets the signals itself.
 */
function startOf({ Entrypoint, Cmd }: RunConfig): Pick<RunConfig, "Entrypoint" | "Cmd"> {
  if (isRuntime(Entrypoint?.at(-1) ?? "")) return { Entrypoint, Cmd: [`/${program}`] };
  const runtime = Cmd?.find(isRuntime) ?? "node";
  return { Entrypoint: [runtime, `/${program}`] };
}

/** How a base's way to run becomes the redirector's; what is not named here stays. */
export function redirectorRun(base: RunConfig): RunConfig {
  // A check of health, a signal and an entrypoint are of the program that the base was made for.
  const { Entrypoint, Cmd, Healthcheck, StopSignal, ...rest } = base;
  const env = (rest.Env ?? []).filter((each) => !each.startsWith("MIRRORFORM_TABLE="));
  return {
    ...rest,
    ...startOf({ Entrypoint, Cmd }),
    User: ordinaryUser(rest.User ?? "") ?? nobody,
    // The base's may be closed to anybody but its own user.
    WorkingDir: "/app",
    Env: [...env, `MIRRORFORM_TABLE=/${routingTable}`],
    ExposedPorts: { ...rest.ExposedPorts, [port]: {} },
  };
}

/** What the redirector's image is made from. */
export interface RedirectorParts {
  /** Answers until the live table is loaded. */
  readonly table: Uint8Array;
  readonly created: Date;
  /** Of this project: the image's version. */
  readonly version: string;
  /** Where the project that runs the redirector tells about itself. */
  readonly source: string;
  /** The base, as it was named. */
  readonly base: ImageReference;
}

/** By its tag if it has one: the digest has a label of its own. */
function nameBase({ host, name, tag, digest }: ImageReference): string {
  return `${host}/${name}${tag === undefined ? `@${digest}` : `:${tag}`}`;
}

/** The redirector as what is put upon a base that has Node or Bun: its program, its table, and how they are run. */
export function redirectorAddition({ table, created, version, source, base }: RedirectorParts): Addition {
  return {
    layer: layerOf({ [program]: bundle("container.ts", "node20"), [routingTable]: table }),
    createdBy: "mirrorform image",
    created,
    baseName: nameBase(base),
    labels: {
      "org.opencontainers.image.title": "mirrorform redirector",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.source": source,
    },
    run: redirectorRun,
  };
}
