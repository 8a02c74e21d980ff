import { type CastellanError, errorTable, reasons, type Run } from '@castellan/protocol';

/** Exit codes of the program; `--help` shows this table. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  limit: 3,
  error: 4,
  cancelled: 130,
} as const;

/** Returns the exit code of a run; 0 if it has no reason. */
export function exitCodeOf({ reason }: Pick<Run, 'reason'>): number {
  return reason === null ? exitCodes.ok : reasons[reason].exitCode;
}

export function exitCodeOfError({ code }: CastellanError): number {
  return errorTable[code].isCallers ? exitCodes.usage : exitCodes.error;
}
