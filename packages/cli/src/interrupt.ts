import { exitCodes } from './run/exit-code.ts';
import type { Screen } from './output/terminal.ts';

/** Ctrl-C and SIGTERM: the first asks to stop, the second ends the program where it stands. */
export function listenForInterrupts(stderr: Screen): AbortSignal {
  const interrupt = new AbortController();
  const stop = (): void => {
    // Boxes die with their parent, so nothing is left running.
    if (interrupt.signal.aborted) process.exit(exitCodes.cancelled);
    interrupt.abort();
    if (stderr.isTTY === true) stderr.write('\ncastellan: stopping; Ctrl-C again exits at once.\n');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return interrupt.signal;
}
