import { floor, numberToFixed, stringPadStart } from './natives.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** A duration in milliseconds as Node's `console.timeEnd` writes it: `3ms`, `1.500s`, `1:02.345 (m:ss.mmm)`. */
export function durationText(ms: number): string {
  if (ms < second) return `${ms}ms`;
  if (ms < minute) return `${numberToFixed(ms / second, 3)}s`;
  const hours = floor(ms / hour);
  const minutes = `${floor((ms % hour) / minute)}`;
  const seconds = stringPadStart(numberToFixed((ms % minute) / second, 3), 6, '0');
  return hours === 0
    ? `${minutes}:${seconds} (m:ss.mmm)`
    : `${hours}:${stringPadStart(minutes, 2, '0')}:${seconds} (h:mm:ss.mmm)`;
}
