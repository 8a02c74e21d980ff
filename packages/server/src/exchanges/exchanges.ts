import { newId } from '@castellan/protocol';
import type { Exchange } from '@castellan/sandbox';
import { type Launch, LaunchError } from '../runs/contract/launch.ts';

/**
 * The requests over HTTP that this process has and that runs are to answer, by the id that their runs carry
 * through the store. A client is here or nowhere: a run that comes without it is not started.
 */
export class Exchanges {
  readonly #open = new Map<string, Exchange>();

  /** Until the disposal a run with this id answers the exchange. */
  open(exchange: Exchange): { readonly id: string } & Disposable {
    const id = newId('req');
    this.#open.set(id, exchange);
    return { id, [Symbol.dispose]: () => void this.#open.delete(id) };
  }

  /** Undefined once nobody waits for the answer. */
  of(id: string): Exchange | undefined {
    return this.#open.get(id);
  }

  /** The same launches, but for runs whose client is not here: after a start of the service, for one. */
  launch(launch: Launch): Launch {
    return (...asked) => {
      const [{ exchange = null }] = asked;
      if (exchange === null || this.#open.has(exchange)) return launch(...asked);
      return refused();
    };
  }
}

/** The events of an attempt that cannot begin. */
function refused(): ReturnType<Launch> {
  const why = 'The client that the run was to answer is not there any more.';
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.reject(new LaunchError('refused', why)),
    }),
  };
}
