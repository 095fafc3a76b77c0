/** A project's files have errors, or their result cannot be used. The message is for the user. */
export class UnusableProject extends Error {
  override readonly name = "UnusableProject";
}
