import type { ClaimableReason } from '@castellan/protocol/frames';
import type { RefusalKind } from '../entry/failures.ts';

/** A place in the script's source, from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Why a file or an import is refused: the message for the script, and where it asked. */
export class Refusal extends Error {
  readonly reason: ClaimableReason;
  /** Null when it is not known. */
  readonly place: Place | null;
  /** What the script catches. */
  readonly kind: RefusalKind;

  constructor(
    reason: ClaimableReason,
    message: string,
    place: Place | null = null,
    kind: RefusalKind = reason === 'syntax_error'
      ? { name: 'SyntaxError', code: null }
      : { name: 'Error', code: reason },
  ) {
    super(message);
    this.reason = reason;
    this.place = place;
    this.kind = kind;
  }
}
