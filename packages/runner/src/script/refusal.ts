import type { ClaimableReason } from '@castellan/protocol';

/** Why a file or an import is refused: the message for the script, and where it asked. */
export class Refusal extends Error {
  readonly reason: ClaimableReason;
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;

  constructor(reason: ClaimableReason, message: string, place: Refusal['place'] = null) {
    super(message);
    this.reason = reason;
    this.place = place;
  }
}
