import type { Layer } from '@castellan/protocol';
import type { Link } from '../channel/link.ts';
import type { Box } from '../drivers/driver.ts';
import type { Exit } from './exit.ts';

/** A box that has no job. */
export interface IdleBox {
  readonly box: Box;
  readonly link: Link;
  readonly exit: Exit;
  readonly layers: readonly Layer[];
  /** What its runs have left behind in its memory: each run is metered from what it finds. */
  leftBytes: number;
}

/** Asks the kernel too: a death is only heard of when the event loop comes round to it. */
export function isAlive({ box, link, exit }: IdleBox): boolean {
  if (exit.isOver || link.isBroken) return false;
  try {
    return process.kill(box.pid, 0);
  } catch {
    return false;
  }
}
