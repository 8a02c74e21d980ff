import type { CdpConnection } from './connection.ts';
import { type Inventory, mostPages } from './inventory.ts';
import { type Fields, type TargetInfo, targetInfoOf, textOf } from './messages.ts';
import { mayShow } from './table/urls.ts';

export interface TargetGuard {
  /** An event on the relay's own session. */
  event(method: string, params: Fields): void;
}

/** Updates the inventory of targets, and closes those that no script may see. */
export function targetGuard(
  cdp: CdpConnection,
  inventory: Inventory,
  ownSession: () => string,
  report: { closed(why: string): void; crashed(status: string): void },
): TargetGuard {
  const closing = new Set<string>();

  function close({ targetId }: TargetInfo, why: string): void {
    if (closing.has(targetId)) return;
    closing.add(targetId);
    report.closed(why);
    cdp.ask('Target.closeTarget', { targetId }, ownSession()).catch(() => undefined);
  }

  function look(info: TargetInfo): void {
    const isDocument = info.type === 'page' || info.type === 'iframe' || info.type === 'tab';
    if (isDocument && !mayShow(info.url)) {
      const scheme = /^[a-z-]{1,32}:/i.exec(info.url)?.[0] ?? 'no scheme';
      close(info, `A page with a URL of ${scheme} was closed`);
    } else if (info.type === 'page' && inventory.pages.length > mostPages) {
      close(info, `A page was closed: more than ${mostPages} are open`);
    }
  }

  return {
    event(method, params) {
      if (method === 'Target.targetCreated' || method === 'Target.targetInfoChanged') {
        const given = targetInfoOf(params);
        // Such frames are hidden before a script can be attached to them.
        if (inventory.isHiddenFrame(given) && inventory.isAttached(given.targetId)) {
          close(given, 'A page was closed: a frame of it became one of the viewer of PDFs');
        }
        const info = inventory.seen(given);
        if (info !== undefined) look(info);
      } else if (method === 'Target.targetDestroyed') {
        const id = textOf(params['targetId']);
        inventory.gone(id);
        closing.delete(id);
      } else if (method === 'Target.targetCrashed') report.crashed(textOf(params['status']));
    },
  };
}
