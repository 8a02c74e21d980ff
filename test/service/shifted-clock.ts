// Loaded before the service: its wall clock runs as far off as the file CASTELLAN_TEST_CLOCK says, in ms.
import { readFileSync } from 'node:fs';

const file = process.env['CASTELLAN_TEST_CLOCK'] ?? '';
const RealDate = Date;
const read = { at: -Infinity, offsetMs: 0 };

function now(): number {
  if (performance.now() - read.at > 20) {
    read.offsetMs = Number(readFileSync(file, 'utf8'));
    read.at = performance.now();
  }
  return RealDate.now() + read.offsetMs;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given) as object,
  get: (target, name, receiver): unknown =>
    name === 'now' ? now : Reflect.get(target, name, receiver),
});
