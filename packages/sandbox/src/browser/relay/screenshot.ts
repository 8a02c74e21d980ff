import type { CdpConnection } from './connection.ts';
import type { Inventory } from './inventory.ts';
import { textOf } from './messages.ts';

/** Time limit of each command: the end of a run does not wait for a page that hangs. */
const waitMs = 1_500;

/**
 * Takes a screenshot of the page that was opened last and is not empty; `null` when there is none
 * or it hangs.
 */
export async function takeScreenshot(
  cdp: CdpConnection,
  inventory: Inventory,
  ownSession: string,
): Promise<Uint8Array | null> {
  const page = inventory.pages.findLast(({ url }) => !['', 'about:blank'].includes(url));
  if (page === undefined) return null;
  const { targetId } = page;
  try {
    const attached = await cdp.ask(
      'Target.attachToTarget',
      { targetId, flatten: true },
      ownSession,
      waitMs,
    );
    const session = textOf(attached['sessionId']);
    inventory.hideSession(session);
    const { data } = await cdp.ask('Page.captureScreenshot', { format: 'png' }, session, waitMs);
    return Buffer.from(textOf(data), 'base64');
  } catch {
    return null;
  }
}
