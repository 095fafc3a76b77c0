/** A directive as nginx reads it: its arguments, and the directives of its block. */
export interface Directive {
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
}

const word = /\s*(?:#[^\n]*\n\s*)*(?:"((?:[^"\\]|\\.)*)"|([{};])|((?:\\.|\$\{|[^\s;{"\\])+))/gsy;

/** How nginx reads a backslash and a character (`ngx_conf_read_token`); other pairs stay unchanged. */
function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (whole, character) => {
    if (/["'\\]/.test(character)) return character;
    return { t: "\t", r: "\r", n: "\n" }[character as string] ?? whole;
  });
}

/** The directives of a configuration. @throws Error if it is incomplete */
export function nginxDirectives(configuration: string): Directive[] {
  const text = `${configuration}\n`;
  let at = 0;
  const read = (): { punctuation?: string; text?: string } | undefined => {
    word.lastIndex = at;
    const [found, quoted, punctuation, bare] = word.exec(text) ?? [];
    if (found === undefined) return undefined;
    at += found.length;
    if (punctuation !== undefined) return { punctuation };
    return { text: unescaped(quoted ?? bare ?? "") };
  };
  const block = (isTop: boolean): Directive[] => {
    const directives: Directive[] = [];
    let args: string[] = [];
    for (;;) {
      const token = read();
      if (token === undefined || token.punctuation === "}") {
        const rest = token === undefined ? text.slice(at).replace(/\s*(?:#[^\n]*\n\s*)*/y, "") : "";
        if (args.length > 0 || isTop !== (token === undefined) || rest !== "") throw new Error(`incomplete at ${at}`);
        return directives;
      }
      if (token.text !== undefined) {
        args.push(token.text);
        continue;
      }
      directives.push(token.punctuation === "{" ? { args, block: block(false) } : { args });
      args = [];
    }
  };
  return block(true);
}

/** All directives of a name, wherever they are. */
export function allNamed(directives: readonly Directive[], name: string): Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.args[0] === name ? [directive] : []),
    ...allNamed(directive.block ?? [], name),
  ]);
}

/**
 * Replaces the variables in a string, as nginx does.
 *
 * @param values by variable @throws Error for an unknown variable
 */
export function withVariables(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w*))/g, (whole, braced, bare) => {
    const value = values[braced ?? bare];
    if (value === undefined) throw new Error(`${whole} in ${text} is not a known variable`);
    return value;
  });
}
