/** Timers for Puppeteer: they do not keep Node's event loop going, and are counted as calls of the script's. */
const {
  setTimeout: startTimeout,
  setInterval: startInterval,
  clearTimeout: stopTimeout,
} = globalThis;

const armed = new Set<NodeJS.Timeout>();
let count: (by: 1 | -1) => void = () => undefined;

/** Sets what is told of each timer that is armed, and of its end. */
export function countTimersBy(take: (by: 1 | -1) => void): void {
  count = take;
}

export function setTimeout(
  callback: (...values: unknown[]) => void,
  ms?: number,
  ...values: unknown[]
): NodeJS.Timeout {
  const timer = startTimeout(() => {
    clearTimeout(timer);
    callback(...values);
  }, ms).unref();
  return arm(timer);
}

export function setInterval(...values: Parameters<typeof startInterval>): NodeJS.Timeout {
  return arm(startInterval(...values).unref());
}

export function clearTimeout(timer?: NodeJS.Timeout): void {
  if (timer === undefined) return;
  stopTimeout(timer);
  if (armed.delete(timer)) count(-1);
}

export function clearInterval(timer?: NodeJS.Timeout): void {
  clearTimeout(timer);
}

function arm(timer: NodeJS.Timeout): NodeJS.Timeout {
  armed.add(timer);
  count(1);
  return timer;
}
