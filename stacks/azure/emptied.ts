import { AzureStack } from "./azure-stack";

/** A stack of a provider that leaves: it keeps its state and has no resources, so its last plan destroys whatever the state holds. */
export class AzureEmptiedStack extends AzureStack {}
