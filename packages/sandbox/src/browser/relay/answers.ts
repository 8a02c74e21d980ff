import type { Inventory } from './inventory.ts';
import { type Fields, targetInfoOf, textOf } from './messages.ts';

/** Takes note of an answer; gives what the script gets of it. */
type Look = (result: Fields, inventory: Inventory, params: Fields) => Fields;

/** Characters of an answer that names a stream. A longer one has the bytes in it, and is not read for a name. */
const streamAnswer = 64 * 1024;

/** Who has to look at an answer of that many characters, if anybody. */
export function lookAt(method: string, characters: number): Look | undefined {
  const look = Object.hasOwn(withResult, method) ? withResult[method] : undefined;
  return look === withStream && characters > streamAnswer ? undefined : look;
}

/**
 * Answers that tell the relay what the script may name from now on, or that name what it may not
 * see. Each gives what the script gets.
 */
const withResult: Readonly<Record<string, Look>> = {
  'Target.createBrowserContext'(result, inventory) {
    inventory.addContext(textOf(result['browserContextId']));
    return result;
  },
  'Target.disposeBrowserContext'(result, inventory, params) {
    inventory.removeContext(textOf(params['browserContextId']));
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
  'Page.printToPDF': withStream,
  'Fetch.takeResponseBodyAsStream': withStream,
};

function withStream(result: Fields, inventory: Inventory): Fields {
  const handle = textOf(result['stream']);
  if (handle !== '') inventory.addStream(handle);
  return result;
}
