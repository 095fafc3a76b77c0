/** A part of Envoy's configuration, in protobuf JSON form. */
export type Part = Readonly<Record<string, unknown>>;

/** A part with its type in Envoy. */
export function typed(type: string, name: string, content: Part): Part {
  return { name, typed_config: { "@type": `type.googleapis.com/${type}`, ...content } };
}

/** A header's value, to be matched. */
export function headerInput(name: string): Part {
  return typed("envoy.type.matcher.v3.HttpRequestHeaderMatchInput", name.replace(":", ""), { header_name: name });
}

/** Whether the whole value of a header matches. */
export function headerMatches(name: string, pattern: string): Part {
  return {
    single_predicate: { input: headerInput(name), value_match: { safe_regex: { google_re2: {}, regex: pattern } } },
  };
}

/** The opposite of a predicate. */
export const not = (predicate: Part): Part => ({ not_matcher: predicate });
/** The conjunction of predicates. */
export const all = (predicates: readonly Part[]): Part => ({ and_matcher: { predicate: predicates } });
