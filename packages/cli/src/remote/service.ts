import { CastellanError, type Client, createClient } from '@castellan/sdk';
import { shown } from '@castellan/protocol/kinds';
import { withFlagNames } from '../args/flag-names.ts';
import { UsageError } from '../args/usage-error.ts';
import { ArtifactError } from '../output/artifact-folder.ts';
import { complaint } from '../output/complaint.ts';
import { escapeLine } from '../output/escape.ts';
import { parseExactly } from '../output/exact-json.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';

/**
 * Does what needs the service that `CASTELLAN_URL` names, with the key in `CASTELLAN_KEY`, and says what
 * went wrong with it: a request that is at fault is bad usage, all else is not the caller's fault.
 * Throws a `UsageError` for a `CASTELLAN_URL` that is none.
 */
export async function withService(
  env: NodeJS.ProcessEnv,
  { stderr }: Pick<Terminal, 'stderr'>,
  act: (castellan: Client, origin: string) => Promise<number>,
): Promise<number> {
  const given = env['CASTELLAN_URL'] ?? 'http://127.0.0.1:7400';
  const url = URL.parse(given);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`CASTELLAN_URL must be an http URL, not ${shown(given)}.`);
  }
  const key = env['CASTELLAN_KEY'];
  try {
    // Whoever sits at a terminal hears at once what is wrong, and tries again when it is mended.
    return await act(createClient({ url, key, retries: 0, parse: parseExactly }), url.origin);
  } catch (error) {
    if (error instanceof ArtifactError) {
      stderr.write(complaint(error.message));
      return exitCodes.error;
    }
    if (!(error instanceof CastellanError)) throw error;
    stderr.write(complaint(saying(error, url.origin), fixOf(error)));
    if (error.page !== null) stderr.write(`  more: ${escapeLine(error.page)}\n`);
    return error.status >= 400 && error.status < 500 ? exitCodes.usage : exitCodes.error;
  }
}

/** What the service says, with the place in the script; flags in place of the fields of the request. */
function saying(
  { code, status, message, errors, ...place }: CastellanError,
  origin: string,
): string {
  if (code === 'unreachable' || code === 'broken_answer') return message;
  const at = [place.file, place.line, place.column].filter((part) => part !== null);
  const fields = errors.map(({ pointer, detail }) => {
    const field = pointer.replace(/^\//, '').replaceAll('/', '.');
    return withFlagNames(field === '' ? detail : `${field}: ${detail}`);
  });
  const said = fields.length > 0 ? fields.join(' ') : message;
  return `${origin} answers ${status}: ${at.length > 0 ? `${at.join(':')}: ` : ''}${said}`;
}

function fixOf({ code, status, fix }: CastellanError): string | null {
  if (fix !== null) return fix;
  if (code === 'unreachable')
    return 'start it with castellan serve, or name another with CASTELLAN_URL';
  if (code === 'broken_answer') return 'see whether CASTELLAN_URL is that of a Castellan service';
  return status === 401 ? 'put a key into CASTELLAN_KEY: castellan keys create' : null;
}
