import type { Promotion } from "./inventory";

/**
 * A function that says whether a name may change its content: a file's path at the mirrors, or `REPOSITORY:TAG`. A pattern
 * without `/` is compared with the last part of the name, any other with the whole of it; `*` stands for any characters but `/`.
 */
export function createMutableCheck({ mutable }: Pick<Promotion, "mutable">): (name: string) => boolean {
  const whole = mutable.filter((pattern) => pattern.includes("/")).map(toExpression);
  const last = mutable.filter((pattern) => !pattern.includes("/")).map(toExpression);
  return (name) => {
    const file = name.slice(name.lastIndexOf("/") + 1);
    return whole.some((expression) => expression.test(name)) || last.some((expression) => expression.test(file));
  };
}

/** Adjacent `*` are one: several would backtrack. */
function toExpression(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.+?^${}()|[\]\\~-]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^/]*")}$`);
}
