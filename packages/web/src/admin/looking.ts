import type { Overview } from '@castellan/sdk';
import type { Session } from '../session/session.ts';

/** Who looks, and what of the service is theirs to see. */
export interface Looking {
  readonly session: Session<Overview>;
  readonly you: Overview['you'];
}
