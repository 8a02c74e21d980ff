import type ivm from 'isolated-vm';
import type { HookKind } from '../../guest/host.ts';
import type { Warm } from './warm.ts';

/** A function of the guest's, for an ES module to import: no name of ours is in the global scope. */
export function hookModule(
  { isolate, context, guest }: Warm,
  kind: HookKind,
  about: string,
): ivm.Module {
  const source = 'let f;export{f as x};export const set=(v)=>{f=v}';
  const module = isolate.compileModuleSync(source, { filename: 'castellan:hook' });
  module.instantiateSync(context, () => {
    throw new Error('a hook imports nothing');
  });
  module.evaluateSync();
  guest.hook.applySync(undefined, [module.namespace.derefInto(), kind, about]);
  return module;
}

export interface Bridge {
  /** The exports come as a promise. */
  readonly isAsync: boolean;
  /** `exports`: all of them are the default export, as of CommonJS; `member`: the one of that name. */
  readonly defaultIs: 'exports' | 'member';
  readonly names: readonly string[];
}

/** The source that shows what is no ES module to ES modules; the exports come from a hook. */
export function bridgeSource(hook: string, { isAsync, defaultIs, names }: Bridge): string {
  const own = names.filter(
    (name) => name !== '__esModule' && (name !== 'default' || defaultIs === 'member'),
  );
  const quoted = own.map((name) => JSON.stringify(name));
  const parts = quoted.map((name, index) => `${name}:n${index}`);
  const exported = quoted.map((name, index) => `n${index} as ${name}`);
  const main = defaultIs === 'exports' ? 'export default m;' : '';
  const wait = isAsync ? 'await ' : '';
  const named =
    own.length === 0 ? '' : `const{${parts.join(',')}}=m;export{${exported.join(',')}};`;
  return `import{x}from${JSON.stringify(hook)};const m=${wait}x();${main}${named}`;
}
