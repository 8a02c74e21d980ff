/** What Node's JavaScript of `zlib` takes besides. */
import buffer from '../buffer.ts';
import util from '../util/index.ts';

const { Buffer } = buffer;

export * from '../node/internals.ts';

type Constructor = new (...values: unknown[]) => object;

export function deprecateInstantiation(
  ctor: Constructor,
  code: string,
  ...values: unknown[]
): object {
  const message = `Instantiating ${ctor.name} without the 'new' keyword has been deprecated.`;
  return util.deprecate(() => new ctor(...values), message, code)();
}

export const symbols = { owner_symbol: Symbol('owner_symbol') };

/** Node's own makes a Buffer without a look at its arguments; here it only ever makes an empty one. */
export const FastBuffer = function () {
  return Buffer.alloc(0);
} as unknown as new () => object;
