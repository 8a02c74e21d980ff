import type { Inventory } from './inventory.ts';
import { type Fields, targetInfoOf, textOf } from './messages.ts';

/**
 * Answers that tell the relay what the script may name from now on, or that name what it may not
 * see. Each gives what the script gets.
 */
export const withResult: Readonly<
  Record<string, (result: Fields, inventory: Inventory, params: Fields) => Fields>
> = {
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
