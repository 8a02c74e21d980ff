import type { Keys } from './keys.ts';
import type { KeyGrant, KeyRecord } from './record.ts';

/** Keys, and what makes and ends them. Several processes may have them open. */
export interface KeyAdmin extends Keys, AsyncDisposable {
  /** The key is in this result and nowhere else. */
  create(grant: KeyGrant): Promise<{ readonly id: string; readonly key: string }>;
  /** All keys, also revoked ones, oldest first. */
  list(): Promise<readonly KeyRecord[]>;
  /** Returns false if the key is unknown or already revoked. */
  revoke(id: string): Promise<boolean>;
}
