import assert from 'node:assert/strict';
import type { Readable } from 'node:stream';
import type { Driver } from '../../drivers/driver.ts';
import type { Enclosure } from '../enclosure.ts';

/** The line of JSON that the program of an enclosure writes to its channel before it waits. */
export async function spokenIn(driver: Driver, enclosure: Enclosure): Promise<unknown> {
  const builder = await driver.prepare(enclosure);
  assert.ok('start' in builder, 'detail' in builder ? builder.detail : '');
  const { watched, inner } = builder.start(enclosure);
  const view = await inner;
  try {
    let said = '';
    for await (const chunk of watched.ends[3] as Readable) {
      said += String(chunk);
      if (said.endsWith('\n')) break;
    }
    if (said === '') assert.fail(await watched.stderr);
    return JSON.parse(said) as unknown;
  } finally {
    view?.kill();
    await watched.closed;
    view?.[Symbol.dispose]();
  }
}
