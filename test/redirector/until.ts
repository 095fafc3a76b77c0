/** Shorter than Jest's own timeout, which would leave the loop running. Milliseconds. */
const patience = 50_000;

/**
 * Lets sockets and timers run until a condition holds.
 *
 * @throws Error if it does not hold after 50 seconds
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so after ${patience} ms: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
