import { addListener, origin, removeListener, request } from './natives.ts';

interface Violation {
  readonly effectiveDirective: string;
  readonly disposition: string;
}

/**
 * Why the walls around this worker do not stand; null when they do. The frame's policy is asked for
 * what reaches nothing even without it: an address that holds its own content. Browsers refuse it by
 * the same rule as any other, and say by which.
 */
export async function missingWall(): Promise<string | null> {
  if (origin !== 'null') return `the worker has the origin ${JSON.stringify(origin)}`;
  const refused = new Set<string>();
  const note = ({ effectiveDirective, disposition }: Violation): void => {
    if (disposition === 'enforce') refused.add(effectiveDirective);
  };
  addListener('securitypolicyviolation', note);
  const nothing = 'data:text/javascript,';
  const [fetched, imported] = await Promise.all([
    isDone(request(nothing)),
    isDone(import(nothing) as Promise<unknown>),
  ]);
  removeListener('securitypolicyviolation', note);
  if (fetched || !refused.has('connect-src')) return 'its policy lets requests out';
  if (imported || !refused.has('script-src-elem')) return 'its policy lets modules in';
  return null;
}

async function isDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
