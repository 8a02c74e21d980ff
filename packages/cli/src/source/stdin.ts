import { addAbortSignal, type Readable } from 'node:stream';
import { UsageError } from '../args/usage-error.ts';
import { decode } from './folder.ts';

/** Reads the script from standard input. Throws a `UsageError` if it is too long or not text. */
export async function readStdin(
  stdin: Readable,
  sourceBytes: number,
  interrupted: AbortSignal,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of addAbortSignal(interrupted, stdin) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > sourceBytes) {
      throw new UsageError(
        `The script on standard input is longer than ${sourceBytes} bytes; raise --source-size.`,
      );
    }
    chunks.push(chunk);
  }
  try {
    return decode(Buffer.concat(chunks));
  } catch (error) {
    throw new UsageError(
      `The script on standard input cannot be used: ${(error as Error).message}.`,
    );
  }
}
