import type { ClaimableReason } from '@castellan/protocol/frames';

/** A file or an import that the run cannot have: what the script is told, and where it asked. */
export class Refusal extends Error {
  readonly reason: ClaimableReason;
  readonly place: { readonly file: string; readonly line: number; readonly column: number } | null;

  constructor(reason: ClaimableReason, message: string, place: Refusal['place'] = null) {
    super(message);
    this.reason = reason;
    this.place = place;
  }
}
