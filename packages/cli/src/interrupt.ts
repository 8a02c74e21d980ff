import { exitCodes } from './run/exit-code.ts';
import type { Screen } from './output/terminal.ts';

/**
 * Handles Ctrl-C and SIGTERM: the first asks the program to stop, the second ends it at once. The
 * message of the abort is the name of the signal.
 */
export function listenForInterrupts(stderr: Screen): AbortSignal {
  const interrupt = new AbortController();
  const stop = (signal: NodeJS.Signals): void => {
    // Boxes die with their parent process, so none keeps running.
    if (interrupt.signal.aborted) process.exit(exitCodes.cancelled);
    interrupt.abort(new DOMException(signal, 'AbortError'));
    if (stderr.isTTY === true) stderr.write('\ncastellan: stopping; Ctrl-C again exits at once.\n');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return interrupt.signal;
}
