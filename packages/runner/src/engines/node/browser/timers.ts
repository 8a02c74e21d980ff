/** Timers for Puppeteer that do not count as the script's when a run ends. */
const { setTimeout: startTimeout, setInterval: startInterval } = globalThis;

export const { clearTimeout, clearInterval } = globalThis;

export function setTimeout(...values: Parameters<typeof startTimeout>): NodeJS.Timeout {
  return startTimeout(...values).unref();
}

export function setInterval(...values: Parameters<typeof startInterval>): NodeJS.Timeout {
  return startInterval(...values).unref();
}
