import type { ImageReference } from "../stores/registry/image-reference";
import { adaptToProgram } from "./adapt-to-program";
import type { RunConfig } from "./base-image";
import { bundle } from "./bundle";
import type { Addition } from "./derive-image";
import { createLayer } from "./layer";
import { nameBase } from "./name-base";

/** The path of the program in a container. */
const program = "app/mirrorform.js";

/** Where the inventory and the manifests are mounted. */
const mounted = "/work";

/** Adapts how a base's program runs to the promoter, whose arguments follow the image's name. Without any, it prints its help. */
export function adaptRunToPromoter(base: RunConfig): RunConfig {
  const { Entrypoint, Cmd, ...run } = adaptToProgram(base, `/${program}`);
  return {
    ...run,
    WorkingDir: mounted,
    Entrypoint: [...(Entrypoint ?? []), ...(Cmd ?? [])],
    Cmd: ["promote", "--help"],
  };
}

/** The inputs of the promoter's image. */
export interface PromoterParts {
  readonly created: Date;
  /** This program's version, which becomes the image's. */
  readonly version: string;
  /** The URL of the project that promotes. */
  readonly source: string;
  /** The base, as the user wrote it. */
  readonly base: ImageReference;
}

/** Builds what is added to a base with Node: the program, and how to run it. The inventory and the manifests are not in the image. */
export function createPromoterAddition({ created, version, source, base }: PromoterParts): Addition {
  return {
    layer: createLayer({ [program]: bundle("../cli/promoter.ts", "node20") }),
    createdBy: "mirrorform image --for promoter",
    created,
    baseName: nameBase(base),
    labels: {
      "org.opencontainers.image.title": "mirrorform promoter",
      "org.opencontainers.image.version": version,
      "org.opencontainers.image.source": source,
    },
    run: adaptRunToPromoter,
  };
}
