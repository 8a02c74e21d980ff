import { registerHooks } from 'node:module';
import type { NodeModules } from './modules.ts';

/** What answers Node's loader. */
export type Loading = Pick<NodeModules, 'resolve' | 'load'>;

/** Behind these names lies a network. */
const networkModules = /^(?:node:)?(?:https?|http2)$/;

/** Node's loader, taught once to ask for the files of the run that is on. */
export class LoaderHooks {
  #current: Loading | undefined;

  /** `onNetwork` is called when somebody asks for a module that has to do with a network. */
  install(onNetwork: () => void): void {
    registerHooks({
      resolve: (specifier, context, next) => {
        if (networkModules.test(specifier)) onNetwork();
        return this.#current === undefined
          ? next(specifier, context)
          : this.#current.resolve(specifier, context, next);
      },
      load: (url, context, next) => this.#current?.load(url, context) ?? next(url, context),
    });
  }

  use(modules: Loading): void {
    this.#current = modules;
  }
}
