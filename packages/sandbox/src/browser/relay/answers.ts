import type { Inventory } from './inventory.ts';
import { type Fields, fieldsOf, targetInfoOf, textOf } from './messages.ts';

/** Inspects an answer to a command, which may have named a context. Returns the part of it that the script gets. */
type Look = (result: Fields, inventory: Inventory, contextId: string) => Fields;

/**
 * The longest answer that may name a stream. A longer one contains the bytes itself and need not be
 * parsed.
 */
const streamAnswer = 64 * 1024;

/** The function that has to inspect an answer of that length, if there is one. */
export function lookAt(method: string, characters: number): Look | undefined {
  const look = Object.hasOwn(withResult, method) ? withResult[method] : undefined;
  return look === withStream && characters > streamAnswer ? undefined : look;
}

/**
 * Answers that make new ids available to the script, or that contain ids that it must not see. Each
 * function returns the part that the script gets.
 */
const withResult: Readonly<Record<string, Look>> = {
  'Target.createBrowserContext'(result, inventory) {
    inventory.addContext(textOf(result['browserContextId']));
    return result;
  },
  'Target.disposeBrowserContext'(result, inventory, contextId) {
    inventory.removeContext(contextId);
    return result;
  },
  'Target.getBrowserContexts'(result, inventory) {
    const ids = result['browserContextIds'];
    const own = (Array.isArray(ids) ? ids : []).filter((id) => inventory.ownsContext(textOf(id)));
    const { defaultBrowserContextId } = result;
    return { browserContextIds: own, defaultBrowserContextId };
  },
  'Target.getTargets'(result, inventory) {
    const infos = result['targetInfos'];
    const own = (Array.isArray(infos) ? infos : []).filter((info) =>
      inventory.maySee(targetInfoOf({ targetInfo: info })),
    );
    return { targetInfos: own };
  },
  'Network.loadNetworkResource'(result, inventory) {
    withStream(fieldsOf(result['resource']), inventory);
    return result;
  },
  'Page.printToPDF': withStream,
  'Fetch.takeResponseBodyAsStream': withStream,
};

function withStream(result: Fields, inventory: Inventory): Fields {
  const handle = textOf(result['stream']);
  if (handle !== '') inventory.addStream(handle);
  return result;
}
