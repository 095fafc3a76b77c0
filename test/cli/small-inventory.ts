import { join } from "node:path";
import { ranges } from "../routing/tables";

/** The path of the small inventory. */
export const small = join(__dirname, "..", "fixtures", "inventories", "small.yaml");

/** The options that name the small inventory, with the ranges of the tests. */
export const ofSmall = ["--inventory", small, "--ranges", ranges];
