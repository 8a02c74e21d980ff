/** Puppeteer's timers: what of them is left at the end of a run is none of the script's doing. */
const { setTimeout: startTimeout, setInterval: startInterval } = globalThis;

export const { clearTimeout, clearInterval } = globalThis;

export function setTimeout(...values: Parameters<typeof startTimeout>): NodeJS.Timeout {
  return startTimeout(...values).unref();
}

export function setInterval(...values: Parameters<typeof startInterval>): NodeJS.Timeout {
  return startInterval(...values).unref();
}
