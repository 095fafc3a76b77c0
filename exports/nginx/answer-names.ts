import { type AnswerRule, type ContentRule, isContentRule, type PageRule, type Rule } from "../grammar/rule";

/** The names of answers: one for each rule, but rules of one id with the same answer share one. */
export class AnswerNames {
  readonly content = new Map<string, ContentRule>();
  readonly fixed = new Map<string, PageRule | AnswerRule>();

  /** The name of a rule's answer. */
  nameOf(rule: Rule): string {
    return isContentRule(rule) ? findName(this.content, rule) : findName(this.fixed, rule);
  }
}

function findName<T extends Rule>(known: Map<string, T>, rule: T): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? rule.id : `${rule.id}-${number}`;
    const other = known.get(name);
    if (other === undefined) known.set(name, rule);
    else if (!isAnsweredAlike(other, rule)) continue;
    return name;
  }
}

function isAnsweredAlike(a: Rule, b: Rule): boolean {
  return JSON.stringify(answerParts(a)) === JSON.stringify(answerParts(b));
}

/** The inputs of the answer to a rule's requests. */
function answerParts(rule: Rule): readonly unknown[] {
  if (isContentRule(rule)) return [rule.of, rule.at];
  return "page" in rule ? [rule.page] : [undefined, rule.answer];
}
