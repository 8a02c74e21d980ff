import { CastellanError } from '@castellan/sdk';
import { useEffect, useState } from 'preact/hooks';
import type { Session } from '../session/session.ts';
import type { Writing } from './draft.ts';
import { writingOfShare } from './stored.ts';

/** What a link brought, and what is said of it. */
export interface Linked {
  /** Null: nothing, so that what was there stays. */
  readonly writing: Partial<Writing> | null;
  readonly notice: string;
}

export function cameWithLink(writing: Partial<Writing> | null): Linked {
  const notice = 'This script came with a link. Read it before you run it.';
  return { writing, notice: writing === null ? '' : notice };
}

/** A stored script by its id. Undefined while it is fetched; null without an id. */
export function useShared(session: Session, id: string | null): Linked | null | undefined {
  const [linked, setLinked] = useState<Linked | null>(null);
  useEffect(() => {
    if (id !== null && linked === null) void openShare(session, id).then(setLinked);
  }, [id]);
  return id === null ? null : (linked ?? undefined);
}

async function openShare({ client }: Session, id: string): Promise<Linked> {
  try {
    const { request } = await client.shares.get(id);
    const writing = writingOfShare(request);
    if (writing === null) return { writing, notice: 'What the link leads to is no script.' };
    // It is in the draft from here on; a reload shall not undo what is changed in it.
    history.replaceState(null, '', location.pathname + location.search);
    return cameWithLink(writing);
  } catch (error) {
    const isGone = error instanceof CastellanError && error.status === 404;
    const why = isGone
      ? 'it is no longer there, or was stored for another tenant'
      : (error as Error).message;
    return { writing: null, notice: `The script of the link cannot be opened: ${why}.` };
  }
}
