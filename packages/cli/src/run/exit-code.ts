import { type CastellanError, errorTable, reasons, type Run } from '@castellan/protocol';

/** What the program ends with; the table is part of `--help`. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  limit: 3,
  error: 4,
  cancelled: 130,
} as const;

/** The exit code for a run; 0 while it has no reason. */
export function exitCodeOf({ reason }: Pick<Run, 'reason'>): number {
  return reason === null ? exitCodes.ok : reasons[reason].exitCode;
}

export function exitCodeOfError({ code }: CastellanError): number {
  return errorTable[code].isCallers ? exitCodes.usage : exitCodes.error;
}
