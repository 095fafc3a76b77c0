import { Lazy } from "cdktf";
import { withoutStackTraces } from "../../stacks/without-stack-traces";

/** The stack trace that CDKTF captures for a token. */
function creationStack(): readonly string[] {
  return Lazy.anyValue({ produce: () => "value" }).creationStack;
}

test("CDKTF captures no stack trace inside, and one afterwards", () => {
  expect(withoutStackTraces(creationStack)).toEqual([]);
  expect(creationStack()).not.toEqual([]);
});

test("thrown errors keep their stack traces, and end the replacement, too", () => {
  const fail = () => {
    throw new Error("failed");
  };
  expect(() => withoutStackTraces(fail)).toThrow(expect.objectContaining({ stack: expect.stringContaining("fail") }));
  expect(creationStack()).not.toEqual([]);
});
