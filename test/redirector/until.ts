/** Shorter than jest's own limit: a test that fails by that would leave its loop running. Milliseconds. */
const patience = 50_000;

/**
 * Lets sockets and timers go on until something is so.
 *
 * @throws Error where it is not after 50 seconds
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so after ${patience} ms: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
