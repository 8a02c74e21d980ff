import { withImportPlace } from '../../script/imports.ts';
import { entry, type WorkerFiles } from './files.ts';
import { refuseModule } from './find.ts';
import { moduleUrl } from './natives.ts';

/** A module that hands out what is set in it. */
const hookCode = 'export let x;export const set=(v)=>{x=v}\n//# sourceURL=castellan:hook';

interface Holder {
  set(value: unknown): void;
}

/** What happens while a module is loaded. */
interface Steps {
  /** The module is about to be loaded: its hook goes into the holder. */
  hook(holder: Holder): void;
  /** Its code has begun to run. */
  begun(): void;
}

/** Has the browser load the script as a module; rejects with a `Refusal`, or with what the script throws. */
export async function loadModule(files: WorkerFiles, { hook, begun }: Steps): Promise<object> {
  for (const { source } of files.prepared(entry).analysis.requests) {
    withImportPlace(files, String(source.value), entry, (specifier) =>
      refuseModule(files, specifier, entry),
    );
  }
  const address = moduleUrl(hookCode);
  const holder = (await import(address)) as Holder;
  hook({ set: (own) => holder.set(watched(own as object, begun)) });
  return (await import(moduleUrl(files.code(address)))) as object;
}

/** Has what a module calls first say that it has begun. */
function watched(hook: object, begun: () => void): object {
  const { body } = hook as { body(...given: unknown[]): unknown };
  const first = {
    enter() {
      begun();
      return { done() {} };
    },
    body(...given: unknown[]) {
      begun();
      return Reflect.apply(body, hook, given);
    },
  };
  for (const [name, value] of Object.entries(first)) Object.defineProperty(hook, name, { value });
  return hook;
}
