import type ivm from 'isolated-vm';
import type { HookKind } from '../guest/host.ts';
import type { Warm } from '../isolate/warm.ts';

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

/** The source that shows a body or a JSON file to ES modules; `load` comes from a hook. */
export function bridgeSource(hook: string, isAsync: boolean, names: readonly string[]): string {
  const own = names.filter((name) => name !== 'default' && name !== '__esModule');
  const each = own.map(
    (name, index) =>
      `const n${index}=m[${JSON.stringify(name)}];export{n${index} as ${JSON.stringify(name)}};`,
  );
  return `import{x}from${JSON.stringify(hook)};const m=${isAsync ? 'await ' : ''}x();export default m;${each.join('')}`;
}
