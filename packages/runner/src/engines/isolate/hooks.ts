import type ivm from 'isolated-vm';
import type { HookKind } from '../../guest/host.ts';
import type { Warm } from './warm.ts';

/** Makes a module that exports a function of the guest, so that the global scope needs no name for it. */
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
  /** `exports`: the default export is the whole exports object, as for CommonJS; `member`: its `default`. */
  readonly defaultIs: 'exports' | 'member';
  readonly names: readonly string[];
}

/** The source of an ES module that re-exports what a hook returns, for code that is no ES module. */
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
