/**
 * The result of a promise, or another value if it takes too long.
 *
 * @param promise never rejects
 */
export function within<T>(milliseconds: number, promise: Promise<T>, otherwise: T): Promise<T> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, otherwise);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
