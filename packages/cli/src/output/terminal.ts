import type { Readable, Writable } from 'node:stream';
import { styleText } from 'node:util';

/** A writable stream that may be a terminal. */
export type Screen = Writable & { readonly isTTY?: boolean };

/** The three standard streams of the program. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Screen;
  readonly stderr: Screen;
}

export type Paint = (style: 'red' | 'yellow' | 'green' | 'bold' | 'dim', text: string) => string;

/** Colours for a terminal; plain text for anything else, and when `NO_COLOR` is set. */
export function paintFor(screen: Screen, env: NodeJS.ProcessEnv): Paint {
  const isPlain = screen.isTTY !== true || 'NO_COLOR' in env || env['TERM'] === 'dumb';
  return (style, text) => (isPlain ? text : styleText(style, text, { validateStream: false }));
}
