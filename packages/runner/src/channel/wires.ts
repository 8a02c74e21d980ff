import { closeSync, constants, openSync } from 'node:fs';

/** The descriptors behind which the launcher is. */
export interface Wires {
  /** Frames for the runner. */
  readonly input: number;
  /** Frames of the runner. */
  readonly output: number;
  /** Answers to synchronous calls; null where they come among the other frames. */
  readonly replies: number | null;
}

/** Where a box has as many descriptors as it is given. */
const own: Wires = { input: 3, output: 3, replies: 4 };

/** Where a program gets its standard ones and no others, as in containers of Docker. */
const standard: Wires = { input: 0, output: 1, replies: null };

/** By the last argument of a runner, CHANNEL: `standard`, or nothing. */
export function wiresOf(channel: string | undefined): Wires {
  return channel === 'standard' ? standard : own;
}

/**
 * Moves standard descriptors out of the way of a script that shares this process, and of its children:
 * what they write or read there is not for the launcher. `/dev/null` takes their place.
 */
export function setAside(wires: Wires): Wires {
  if (wires !== standard) return wires;
  const input = openSync('/proc/self/fd/0', constants.O_RDONLY | constants.O_NONBLOCK);
  const output = openSync('/proc/self/fd/1', constants.O_WRONLY);
  for (const [descriptor, flags] of [constants.O_RDONLY, constants.O_WRONLY].entries()) {
    // The lowest free descriptor is the one that is opened.
    closeSync(descriptor);
    openSync('/dev/null', flags);
  }
  return { input, output, replies: null };
}
