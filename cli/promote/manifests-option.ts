import { Option } from "commander";
import { collect } from "../command-options";

/** The option that names directories of manifests. */
export const manifests = () =>
  new Option(
    "--manifests <directory>",
    "directory of manifests, in kpromo's layout (manifests/ beside images/ or filestores/) or our own; repeatable (default: promotions/ beside the inventory)",
  ).argParser<string[]>(collect);
