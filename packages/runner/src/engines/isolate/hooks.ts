import type ivm from 'isolated-vm';
import type { HookKind } from '../../guest/host.ts';
import type { Warm } from './warm.ts';

/** Makes a module that exports a function of the guest, so that the global scope needs no name for it. */
export function hookModule(
  { isolate, context, guest, hold }: Warm,
  kind: HookKind,
  about: string,
): ivm.Module {
  const source = 'let f;export{f as x};export const set=(v)=>{f=v}';
  const module = hold(isolate.compileModuleSync(source, { filename: 'castellan:hook' }));
  module.instantiateSync(context, () => {
    throw new Error('a hook imports nothing');
  });
  module.evaluateSync();
  guest.hook.applySync(undefined, [hold(module.namespace).derefInto(), kind, about]);
  return module;
}

export interface Bridge {
  /** The exports come as a promise. */
  readonly isAsync: boolean;
  /**
   * What the default export is: for CommonJS all `exports`, which are there as `module.exports` too; for
   * JSON the `value`; for a package that was an ES module its `member` of that name.
   */
  readonly defaultIs: 'exports' | 'value' | 'member';
  readonly names: readonly string[];
}

/** The source of an ES module that re-exports what a hook returns, for code that is no ES module. */
export function bridgeSource(hook: string, { isAsync, defaultIs, names }: Bridge): string {
  const own = names.filter(
    (name) => name !== 'module.exports' && (name !== 'default' || defaultIs === 'member'),
  );
  const quoted = own.map((name) => JSON.stringify(name));
  const named = quoted
    .map((name, index) => `const n${index}=m?.[${name}];export{n${index} as ${name}};`)
    .join('');
  const main =
    defaultIs === 'member'
      ? ''
      : defaultIs === 'value'
        ? 'export{m as default};'
        : 'export{m as default,m as "module.exports"};';
  const wait = isAsync ? 'await ' : '';
  return `import{x}from${JSON.stringify(hook)};const m=${wait}x();${main}${named}`;
}
