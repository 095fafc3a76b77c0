import type { ImageReference } from "../stores/registry/image-reference";
import { adaptToProgram } from "./adapt-to-program";
import type { RunConfig } from "./base-image";
import { bundle } from "./bundle";
import type { Addition } from "./derive-image";
import { createLayer } from "./layer";
import { nameBase } from "./name-base";

/** The paths of the program and its table in a container. */
const program = "app/redirector.js";
const routingTable = "app/routing.table";

const port = "8080/tcp";

/** Adapts how a base's program runs to the redirector. Other fields stay. */
export function adaptRun(base: RunConfig): RunConfig {
  const run = adaptToProgram(base, `/${program}`);
  const env = (run.Env ?? []).filter((each) => !each.startsWith("MIRRORFORM_TABLE="));
  return {
    ...run,
    // Only the base's own user may have access to the base's working directory.
    WorkingDir: "/app",
    Env: [...env, `MIRRORFORM_TABLE=/${routingTable}`],
    ExposedPorts: { ...run.ExposedPorts, [port]: {} },
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
