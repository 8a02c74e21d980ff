import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const guide = join(import.meta.dirname, '../../docs/operations/container.md');

/** Flags of `docker run` that are about a place or a name, not about walls. */
const placing = /^--(?:detach|name|restart|volume|publish)\b/;

/** The flags of the guide's `docker run`, each as it would be typed, in its order. */
export function runFlags(): string[] {
  const [, command] =
    /^\$ (docker run --detach [^`]*?) castellan$/m.exec(
      readFileSync(guide, 'utf8').replaceAll(/ \\\n +/g, ' '),
    ) ?? assert.fail('the guide has no docker run');
  return command?.split(/ (?=--)/).slice(1) ?? [];
}

/** Those that hold whatever is run in the image, as arguments. */
export function wallFlags(): string[] {
  return runFlags()
    .filter((flag) => !placing.test(flag))
    .flatMap((flag) => flag.split(' '));
}
