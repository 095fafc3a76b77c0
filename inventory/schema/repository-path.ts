/** The name of an OCI repository (distribution-spec, "Pulling manifests"): lower-case parts, separated by slashes. */
export const repositoryPath = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;

/** A repository's name or an empty string. */
export const repositoryPathOrNone = new RegExp(`^$|${repositoryPath.source}`);
