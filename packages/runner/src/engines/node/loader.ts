import { registerHooks } from 'node:module';
import type { BuiltIns } from '../built-ins.ts';
import type { NodeModules } from './modules.ts';

/** What Node's loader calls for the files of a run. */
export type Loading = Pick<NodeModules, 'resolve' | 'load'>;

/** Modules that use the network. */
const networkModules = /^(?:node:)?(?:https?|http2)$/;

/** Hooks of Node's loader, installed once, that call the modules of the current run. */
export class LoaderHooks {
  #current: Loading | undefined;

  /** `onNetwork` is called whenever a module that uses the network is resolved. */
  install(builtIns: BuiltIns, onNetwork: () => void): void {
    registerHooks({
      resolve: (specifier, context, next) =>
        builtIns.within(() => {
          if (networkModules.test(specifier)) onNetwork();
          return this.#current === undefined
            ? next(specifier, context)
            : this.#current.resolve(specifier, context, next);
        }),
      load: (url, context, next) =>
        builtIns.within(() => this.#current?.load(url)) ?? next(url, context),
    });
  }

  use(modules: Loading): void {
    this.#current = modules;
  }
}
