import { ArtifactError } from '../output/artifact-folder.ts';
import { complaint } from '../output/complaint.ts';
import { escapeLine } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { RemoteError } from './client.ts';

/**
 * Does what needs a service, and says what went wrong with it: a request that is at fault is bad
 * usage, all else is not the caller's fault.
 */
export async function answering(
  { stderr }: Pick<Terminal, 'stderr'>,
  act: () => Promise<number>,
): Promise<number> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ArtifactError) {
      stderr.write(complaint(error.message));
      return exitCodes.error;
    }
    if (!(error instanceof RemoteError)) throw error;
    stderr.write(complaint(error.message, error.fix));
    if (error.page !== null) stderr.write(`  more: ${escapeLine(error.page)}\n`);
    return error.isCallers ? exitCodes.usage : exitCodes.error;
  }
}
