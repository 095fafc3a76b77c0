import { z } from "zod";

/** A text checked by a function with its own message; `pattern` and `maxLength` are for editors. */
export function judgedText(doubt: (text: string) => string | undefined, pattern: RegExp, maxLength?: number) {
  const text = z.string().superRefine((value, context) => {
    const message = doubt(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
  return text.meta({ pattern: pattern.source, ...(maxLength !== undefined && { maxLength }) });
}
