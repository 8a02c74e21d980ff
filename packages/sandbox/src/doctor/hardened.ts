import { CastellanError } from '@castellan/protocol';
import type { Subject } from './trials.ts';
import { type DoctorRow, row } from './report.ts';

/** Whether boxes can have all that `hardened` asks for, found out by running a script in one. */
export async function hardenedRow(
  open: () => Promise<Subject & AsyncDisposable>,
): Promise<DoctorRow> {
  try {
    await using sandbox = await open();
    const { isolation } = await sandbox.run('return 1');
    if (!isolation.layers.includes('hardened')) throw new Error('its layers do not say so');
    return row('hardened', 'ok', 'A box stands that makes no machine code and has every wall.');
  } catch (error) {
    const fix = error instanceof CastellanError ? error.fix : null;
    return row('hardened', 'weak', `Not available: ${(error as Error).message}`, fix);
  }
}
