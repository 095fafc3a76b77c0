import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatFiles } from "../../../promotion/manifests/format-files";
import { formatImages } from "../../../promotion/manifests/format-images";

/** The names that the demonstration uses. */
export const demoNames = {
  /** The image in staging, and at the mirrors. */
  image: "server",
  repository: "app/server",
  /** The folder of the files at the mirrors. */
  files: "tools/",
  origin: "google/us-central1",
  /** Out of order at first. */
  late: "hoster/falkenstein",
} as const;

/** What changes in the inventory. */
interface DemoSettings {
  /** Days. */
  readonly deleteAfter: number;
  /** Whether promotions may delete at the hoster. */
  readonly hosterRemoves: boolean;
}

/** What a pull request withdraws. */
export interface DemoWithdrawal {
  readonly image: string;
  readonly file: string;
  readonly reason: string;
}

/** `mirrors.yaml`: an origin, and three mirrors: a registry, a bucket, and both at a hoster, which is not required. */
const describeInventory = ({ deleteAfter, hosterRemoves }: DemoSettings) => `project:
  name: demo
  contact: release@example.org
  info: https://example.org/about
  privacy: https://example.org/privacy
hosts:
  registry.example.org: { serves: [images] }
  dl.example.org: { serves: [files] }
dns: { zone: example.org, published-at: [google] }
redirector:
  runs-at: { aws: [us-east-2] }
origin: ${demoNames.origin}
staging:
  app: { provider: google, region: us-central1, registry: {}, writers: ["group:app@example.org"] }
  tools: { provider: google, region: us-central1, bucket: {}, writers: ["group:tools@example.org"] }
promotion:
  projects:
    app: { approvers: [alice] }
    tools: { approvers: [bob] }
  mutable: [stable.txt]
  require: [google/europe-west1, aws/us-east-2]
  delete-after: ${deleteAfter}
providers:
  google:
    cloud: google
    project: demo-artifacts
    mirrors:
      us-central1: { registry: {}, bucket: {}, withdrawal: true }
      europe-west1: { registry: {}, withdrawal: true }
  aws:
    cloud: aws
    account: "123456789012"
    primary: us-east-2
    mirrors:
      us-east-2: { bucket: {}, withdrawal: true }
  hoster:
    cloud: external
    networks: [{ prefixes: [192.0.2.0/24] }]
    mirrors:
      falkenstein:
        registry: https://registry.hoster.example.net
        files: https://files.hoster.example.net/artifacts/{path}
        filled-by: push
        withdrawal: ${hosterRemoves}
        push:
          registry: registry.hoster.example.net
          bucket: { endpoint: "https://files.hoster.example.net", name: artifacts }
          credentials: HOSTER
`;

/** The inventory and the manifests of the demonstration, in a folder. */
export class DemoProject {
  readonly inventory: string;
  /** The folder of the manifests. */
  readonly manifests: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.inventory = join(folder, "mirrors.yaml");
    this.manifests = join(folder, "promotions");
    this.writeInventory({ deleteAfter: 7, hosterRemoves: false });
  }

  writeInventory(settings: DemoSettings): void {
    this.#write("mirrors.yaml", describeInventory(settings));
  }

  /** Writes `withdrawn.yaml` of both projects, or removes it. */
  withdraw(withdrawal: DemoWithdrawal | undefined): void {
    const why = withdrawal && `  reason: ${withdrawal.reason}\n  date: 2026-11-26\n`;
    const image = withdrawal && `images:\n- name: ${demoNames.image}\n  digest: "${withdrawal.image}"\n${why}`;
    const file = withdrawal && `files:\n- name: ${withdrawal.file}\n${why}`;
    for (const [project, text] of [["app", image] as const, ["tools", file] as const]) {
      const path = `promotions/${project}/withdrawn.yaml`;
      if (text === undefined) rmSync(join(this.#folder, path));
      else this.#write(path, text);
    }
  }

  /** A file below the folder, for the output of a command. */
  locate(name: string): string {
    return join(this.#folder, name);
  }

  /** Writes what the project `app` promises: the digest of each tag. */
  promiseImages(digests: ReadonlyMap<string, readonly string[]>): void {
    this.#write("promotions/app/images.yaml", formatImages(new Map([[demoNames.image, digests]])));
  }

  /** Writes what the project `tools` promises. */
  promiseFiles(files: ReadonlyMap<string, Buffer>): void {
    const checksums = Array.from(
      files,
      ([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")] as const,
    );
    this.#write("promotions/tools/files.yaml", formatFiles(new Map(checksums)));
  }

  /** A text with the names of files as they are below the folder. */
  shorten(text: string): string {
    return text.replaceAll(`${this.#folder}/`, "");
  }

  #write(path: string, content: string): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
