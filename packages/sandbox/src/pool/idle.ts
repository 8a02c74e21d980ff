import type { Layer } from '@castellan/protocol';
import type { Link } from '../channel/link.ts';
import type { Box } from '../boxes/runner/box.ts';
import type { Exit } from './exit.ts';

/** A box that has no job. */
export interface IdleBox {
  readonly box: Box;
  readonly link: Link;
  readonly exit: Exit;
  readonly layers: readonly Layer[];
  /** Bytes that earlier runs have left in its memory. Each run is metered relative to them. */
  leftBytes: number;
  /** Whether it has the script of the program that it is kept for. */
  hasProgram: boolean;
}

/** Also asks the kernel, since an exit is reported only at a later turn of the event loop. */
export function isAlive({ box, link, exit }: IdleBox): boolean {
  if (exit.isOver || link.isBroken) return false;
  try {
    return process.kill(box.pid, 0);
  } catch {
    return false;
  }
}
