import { CastellanError } from '@castellan/sdk';
import { useEffect, useState } from 'preact/hooks';
import type { Writing } from '../script/draft.ts';
import type { Policy } from '../session/offer.ts';
import type * as Sandbox from './sandbox.ts';
import type { Unfit } from './unfit.ts';

/** What runs scripts here. It is loaded once, and rejects with what the page can show. */
export async function loadSandbox(): Promise<typeof Sandbox> {
  const address = new URL(sandboxFile, document.baseURI).href;
  try {
    return (await import(/* @vite-ignore */ address)) as typeof Sandbox;
  } catch {
    throw refusal({
      why: 'What runs scripts in this browser could not be loaded.',
      fix: 'reload the page, or choose Run',
    });
  }
}

export function refusal({ why, fix }: Unfit): CastellanError {
  return new CastellanError(400, 'not_here', why, { fix });
}

/** Why a script cannot run here; null if it can, or until that is known: after the page has been drawn. */
export function useUnfit(writing: Writing, policy: Policy | undefined): Unfit | null {
  const [sandbox, setSandbox] = useState<typeof Sandbox | null>(null);
  useEffect(() => {
    const load = (): void =>
      void loadSandbox().then(
        (loaded) => setSandbox(loaded),
        () => undefined,
      );
    const timer = setTimeout(load, 50);
    return () => clearTimeout(timer);
  }, []);
  return policy === undefined ? null : (sandbox?.unfitHere(writing, policy) ?? null);
}
