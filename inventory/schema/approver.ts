import { z } from "zod";

/** A GitHub user or, as `organization/team`, a team. */
export const approver = z
  .string()
  .max(140)
  .regex(/^[A-Za-z0-9]+(-[A-Za-z0-9]+)*(\/[A-Za-z0-9._-]+)?$/, "a GitHub user, or a team as organization/team");
