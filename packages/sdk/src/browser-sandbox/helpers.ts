import { caps, type HelperTree } from '@castellan/protocol/frames';
import { exceededCap, nodesFor, toStrictJson } from '@castellan/protocol/json';

/** A function of the page's that a script may call; it gets and gives copies, as JSON. */
export type BrowserHelper = (...args: never[]) => unknown;

/** Functions by name; an object groups some: `{ http: { get } }` is `http.get(…)` in the script. */
export interface BrowserHelpers {
  readonly [name: string]: BrowserHelper | BrowserHelpers;
}

/** The answer to a call. */
export type Answer =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The helpers of a sandbox, by the paths that scripts call. */
export class HelperTable {
  readonly #byPath = new Map<string, BrowserHelper>();
  readonly tree: HelperTree;

  /** Throws a `TypeError` for what is neither a function nor a group of functions. */
  constructor(helpers: BrowserHelpers) {
    this.tree = this.#treeOf(helpers, '');
  }

  #treeOf(helpers: BrowserHelpers, prefix: string): HelperTree {
    const tree: Record<string, HelperTree[string]> = {};
    for (const [name, part] of Object.entries(helpers)) {
      const path = prefix + name;
      if (!/^[A-Za-z_$][\w$]*$/.test(name)) {
        throw new TypeError(`helpers: ${JSON.stringify(path)} is no name that a script can call.`);
      }
      if (typeof part === 'function') {
        tree[name] = 'async';
        this.#byPath.set(path, part);
      } else if (typeof part === 'object' && part !== null) {
        tree[name] = this.#treeOf(part, `${path}.`);
      } else {
        throw new TypeError(`helpers.${path} is no function: ${String(part)}.`);
      }
    }
    return tree;
  }

  /** Calls a helper for a script. Never rejects. Of what it throws, code and message cross. */
  async call(path: string, args: string): Promise<Answer> {
    const helper = this.#byPath.get(path);
    if (helper === undefined) {
      return refused('unknown_helper', `There is no helper ${JSON.stringify(path)}`);
    }
    const nodes = nodesFor(args.length);
    const exceeded = exceededCap(args, { depth: caps.jsonDepth, nodes });
    if (exceeded !== null) {
      return refused('invalid_arguments', `The arguments of ${path} have too many ${exceeded}`);
    }
    try {
      const given = JSON.parse(args) as never[];
      if (!Array.isArray(given)) return refused('invalid_arguments', 'The arguments are no array');
      const result: unknown = await Reflect.apply(helper, undefined, given);
      return {
        ok: true,
        json: result === undefined ? '' : toStrictJson(result, `the result of ${path}`),
      };
    } catch (error) {
      const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
      return refused(
        typeof code === 'string' && /^\w{1,64}$/.test(code) ? code : 'helper_failed',
        typeof message === 'string' ? message : 'The helper failed',
      );
    }
  }
}

function refused(code: string, message: string): Answer {
  return { ok: false, code, message: message.slice(0, caps.errorMessage) };
}
