import { z } from "zod";
import { githubEnvironment, githubRepository, protectedBranch } from "./pipeline-fields";

const branch = protectedBranch.meta({
  description: "Only pipelines on this branch may apply. Protect it.",
  examples: ["main"],
});

const plans = (requests: string) =>
  z
    .boolean()
    .default(true)
    .meta({
      description: `Whether ${requests} get an identity that may plan: it reads the state and what is deployed, and changes nothing. Everyone who can push a branch can use it.`,
      examples: [false],
    });

/** `infrastructure.runs-in`: the CI that plans and applies the stacks. */
const runsIn = z
  .strictObject({
    github: z
      .strictObject({
        repository: githubRepository.meta({
          description:
            "The repository with this file, as in the subject of its OpenID Connect tokens: `owner@id/name@id` for repositories created since July 2026, `owner/name` for older ones.",
          examples: ["example-org@123456/mirrors@456789"],
        }),
        branch,
        environment: githubEnvironment.meta({
          description:
            "Only workflows in this environment may apply, instead of a branch. Create it first, and limit it to the protected branch: GitHub creates a missing one without protection.",
          examples: ["infrastructure"],
        }),
        plans: plans("pull requests (never those from forks)"),
      })
      .optional()
      .meta({ description: "GitHub Actions, without stored keys." }),
    gitlab: z
      .strictObject({
        project: z
          .string()
          .max(200)
          .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/, "a project as group/project")
          .meta({ description: "The project with this file, with its groups.", examples: ["example-org/mirrors"] }),
        server: z
          .string()
          .max(200)
          .regex(/^https:\/\/[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?$/, "https:// and the server's name")
          .default("https://gitlab.com")
          .meta({
            description: "The server, which issues the tokens. The clouds must be able to read its keys.",
            examples: ["https://gitlab.example.org"],
          }),
        branch,
        plans: plans("merge requests at AWS and Google"),
      })
      .optional()
      .meta({ description: "GitLab CI/CD, without stored keys." }),
  })
  .default({})
  .meta({
    description:
      "The CI that plans and applies the stacks: GitHub or GitLab. Default: people do, and no identity is created for it.",
    examples: [{ github: { repository: "example-org@123456/mirrors@456789" } }],
  });

/** `infrastructure`: how the stacks are applied. */
export const infrastructure = z
  .strictObject({ "runs-in": runsIn })
  .meta({ description: "How the stacks are planned and applied." });
