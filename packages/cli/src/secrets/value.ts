import { readFileSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { UsageError } from '../args/usage-error.ts';
import type { Terminal } from '../output/terminal.ts';

const mostBytes = 65_536;

/**
 * Reads a value from a file, or from standard input to its end: never from the command line, which every program of
 * the machine can read. Throws a `UsageError` for what is no text.
 */
export async function readValue(
  file: string | undefined,
  { stdin, stderr }: Terminal,
  interrupted: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = [];
  if (file !== undefined) {
    try {
      chunks.push(readFileSync(file));
    } catch (error) {
      throw new UsageError(`--file cannot be read: ${(error as Error).message}.`);
    }
  } else {
    if (stdin.isTTY === true) stderr.write('castellan: type the value, then Enter and Ctrl-D.\n');
    let bytes = 0;
    for await (const chunk of addAbortSignal(interrupted, stdin) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) break;
    }
  }
  const all = Buffer.concat(chunks);
  if (all.length > mostBytes) throw new UsageError(`The value is longer than ${mostBytes} bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(all).replace(/\r?\n$/, '');
  } catch {
    throw new UsageError('The value is no text in UTF-8.');
  }
}
