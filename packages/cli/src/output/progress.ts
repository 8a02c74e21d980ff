import type { Screen } from './terminal.ts';

/** What a long command does now, on standard error. */
export interface Progress {
  /** Prints a line for a stage. */
  stage(text: string): void;
  /** Shows a detail of it on a terminal, in place of the detail before. */
  detail(text: string): void;
  /** Takes the last detail away. */
  done(): void;
}

const eraseLine = '\r\x1b[K';

/** The texts are ours, or names of packages, which are plain. */
export function progressOn(stderr: Screen, isSilent: boolean): Progress {
  let hasDetail = false;
  const clear = (): void => {
    if (hasDetail) stderr.write(eraseLine);
    hasDetail = false;
  };
  return {
    stage(text) {
      clear();
      if (!isSilent) stderr.write(`castellan: ${text} …\n`);
    },
    detail(text) {
      if (isSilent || stderr.isTTY !== true) return;
      stderr.write(`${eraseLine}  ${text}`);
      hasDetail = true;
    },
    done: clear,
  };
}
