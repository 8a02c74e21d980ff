import type { CdpConnection } from './connection.ts';
import type { Inventory } from './inventory.ts';
import { type Fields, fieldsOf, type TargetInfo, targetInfoOf, textOf } from './messages.ts';

/** How long a page that is busy may take to say what its frames show. */
const waitMs = 60_000;

export interface TargetEventParts {
  readonly cdp: CdpConnection;
  readonly inventory: Inventory;
  readonly toScript: (text: string) => void;
}

/** What the script learns of targets and sessions. */
export interface TargetEvents {
  /** An event on a session of the script's, or on none; `deliver` tells the script of it. */
  event(method: string, params: Fields, sessionId: string | undefined, deliver: () => void): void;
}

export function openTargetEvents({ cdp, inventory, toScript }: TargetEventParts): TargetEvents {
  /** Sessions to frames that are not known yet. */
  const held = new Set<string>();

  function attached(params: Fields, parent: string | undefined, deliver: () => void): void {
    const how = inventory.attached(params, parent);
    if (how === 'told') return deliver();
    if (how === 'answered') return;
    // The target waits for this, and nobody else sends it.
    const session = textOf(params['sessionId']);
    cdp.pass('Runtime.runIfWaitingForDebugger', ['{}'], session, () => undefined);
    const { type, targetId } = targetInfoOf(params);
    if (type !== 'iframe') return;
    // For the script the frame is gone: it would wait for the frame's session otherwise.
    const detached = { frameId: targetId, reason: 'remove' };
    toScript(JSON.stringify({ method: 'Page.frameDetached', params: detached, sessionId: parent }));
  }

  /** A new frame has no URL yet. It is of Chromium's viewer when the frame around it shows a PDF. */
  async function frameAttached(
    params: Fields,
    { targetId, parentFrameId }: TargetInfo,
    parent: string,
    deliver: () => void,
  ): Promise<void> {
    const session = textOf(params['sessionId']);
    held.add(session);
    const isViewer = await showsPaper(parentFrameId, parent);
    if (!held.delete(session)) return;
    if (isViewer) inventory.hideFrame(targetId);
    attached(params, parent, deliver);
  }

  /** Whether that frame shows a PDF. One that cannot be asked may. */
  async function showsPaper(frameId: string, session: string): Promise<boolean> {
    try {
      const { frameTree } = await cdp.ask('Page.getFrameTree', {}, session, waitMs);
      const found = frameIn(fieldsOf(frameTree), frameId);
      return found === undefined || found['mimeType'] === 'application/pdf';
    } catch {
      return true;
    }
  }

  return {
    event(method, params, sessionId, deliver) {
      switch (method) {
        case 'Target.attachedToTarget': {
          const info = targetInfoOf(params);
          const isUnknown = info.type === 'iframe' && info.url === '' && inventory.maySee(info);
          if (!isUnknown || sessionId === undefined) attached(params, sessionId, deliver);
          else void frameAttached(params, info, sessionId, deliver);
          break;
        }
        case 'Target.detachedFromTarget': {
          const session = textOf(params['sessionId']);
          held.delete(session);
          const isTold = inventory.sessionType(session) !== undefined;
          const ended = [session, ...inventory.detached(session)];
          // Puppeteer's own error for its open calls comes of this; the answers are for what it has not ended.
          if (isTold) deliver();
          for (const each of ended) cdp.ended(each);
          break;
        }
        case 'Target.targetCreated':
        case 'Target.targetInfoChanged':
          if (inventory.seen(targetInfoOf(params)) !== undefined) deliver();
          break;
        case 'Target.targetDestroyed':
        case 'Target.targetCrashed':
          if (inventory.knew(textOf(params['targetId']))) deliver();
          break;
        default:
      }
    },
  };
}

/** The frame of that id in a tree of frames. */
function frameIn(tree: Fields, id: string): Fields | undefined {
  const trees = [tree];
  for (const each of trees) {
    const frame = fieldsOf(each['frame']);
    if (frame['id'] === id) return frame;
    const { childFrames } = each;
    if (Array.isArray(childFrames)) trees.push(...childFrames.map(fieldsOf));
  }
  return undefined;
}
