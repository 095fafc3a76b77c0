import { z } from "zod";

/**
 * A repository in the subject of GitHub's tokens, as names, or as names with ids
 * (`https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims`).
 */
export const githubRepository = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9-]+(@[0-9]+)?\/[A-Za-z0-9._-]+(@[0-9]+)?$/, "a repository as owner/name, or as owner@id/name@id");

/** The branch whose pipelines are trusted. */
export const protectedBranch = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9._/-]+$/, "a branch")
  .default("main");

/** The environment whose workflows are trusted, instead of a branch. */
export const githubEnvironment = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9._-]+$/, "a name of letters, digits and . _ -")
  .optional();
