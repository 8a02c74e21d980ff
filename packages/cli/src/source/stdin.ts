import { addAbortSignal } from 'node:stream';
import { type LimitName, limitTable } from '@castellan/protocol';
import { UsageError } from '../args/usage-error.ts';
import type { Terminal } from '../output/terminal.ts';
import { decode } from './folder.ts';

/** What standard input is to a run, and the limit and flag that bound it. */
const uses = {
  script: { subject: 'The script on standard input', limit: 'sourceBytes' },
  input: { subject: 'Standard input', limit: 'paramsBytes' },
} as const;

/** Reads standard input to its end. Throws a `UsageError` if it is too long or not text. */
export async function readStdin(
  { stdin, stderr }: Terminal,
  use: keyof typeof uses,
  limits: Readonly<Partial<Record<LimitName, number>>>,
  interrupted: AbortSignal,
): Promise<string> {
  const { subject, limit } = uses[use];
  const { default: standard, flag } = limitTable[limit];
  const most = limits[limit] ?? standard;
  const what = use === 'script' ? 'the script' : 'what the script reads';
  if (stdin.isTTY === true) stderr.write(`castellan: type ${what}, then Ctrl-D.\n`);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of addAbortSignal(interrupted, stdin) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > most) {
      throw new UsageError(`${subject} is longer than ${most} bytes; raise --${flag}.`);
    }
    chunks.push(chunk);
  }
  try {
    return decode(Buffer.concat(chunks));
  } catch (error) {
    throw new UsageError(`${subject} cannot be used: ${(error as Error).message}.`);
  }
}
