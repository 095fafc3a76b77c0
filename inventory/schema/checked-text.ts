import { z } from "zod";

/**
 * A string checked by a function.
 *
 * @param findProblem the problem with a string, as a message; undefined if it is valid
 * @param pattern for editors
 * @param maxLength for editors
 */
export function checkedText(findProblem: (text: string) => string | undefined, pattern: RegExp, maxLength?: number) {
  const text = z.string().superRefine((value, context) => {
    const message = findProblem(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
  return text.meta({ pattern: pattern.source, ...(maxLength !== undefined && { maxLength }) });
}
