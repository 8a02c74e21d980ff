/** The guest's side of the boundary: bundled into the prelude, kept in the snapshot. */
import type { BrowserSettings } from '@castellan/protocol';
import { hideAlias } from './alias.ts';
import { puppeteerMember } from './bundle-names.ts';
import { Bundles } from './bundles.ts';
import { Calls } from '../entry/calls.ts';
import {
  argumentsOf,
  defineGlobals,
  type EntryArguments,
  type GuestContext,
} from '../entry/context.ts';
import { connectBrowsing, takeCreateBrowsing } from './browsing.ts';
import type { Browsing } from '../entry/browser/browsing-host.ts';
import { bodyValue, moduleValue, type Settled } from '../entry/entry.ts';
import { servingOf } from '../entry/serving.ts';
import { processOf } from './process-of-scripts.ts';
import { valueJson } from '../entry/value.ts';
import { inWords, isPending, nothingPending } from '../entry/pending.ts';
import { describe, errorFromHost, type Failure } from '../entry/failures.ts';
import { cleanStacks } from '../entry/stacks.ts';
import { type Boot, type GuestJob, type HookKind, type Host, hostNames } from './host.ts';
import { watchResize } from './memory.ts';
import { Modules } from './modules.ts';
import { RecentErrors } from './recent-errors.ts';
import { definePlatform, type Platform } from './platform.ts';
import type { PlatformHost } from './platform/host.ts';
import { connectDetails, type LibraryFactory } from './platform/lazy.ts';
import { apply, hasOwn, stringSlice } from './platform/natives.ts';
import type { LibraryName } from './platform/library-names.ts';
import { errorOf, Thrown } from './thrown.ts';

/** How the names of all files begin that are compiled in an isolate and are none of the script's. */
const ownScheme = 'castellan:';
const { parse, stringify } = JSON;
const { defineProperty } = Object;

watchResize();
/** Says where the author wrote what a frame is about. */
let placed = (frame: string): string => frame;
const recentErrors = new RecentErrors();
cleanStacks({
  isOurs: (file) => stringSlice(file, 0, ownScheme.length) === ownScheme,
  shown: (frame) => placed(frame),
  onStack: (error, stack) => recentErrors.add(error, stack),
});
const pending = nothingPending();
const connectPlatform = definePlatform(globalThis, pending);

/** Called once per isolate, before any code of a user; the runner removes it from the global scope. */
const boot: Boot = (...callbacks) => {
  const createBrowsing = takeCreateBrowsing(globalThis);
  const host = hostOf(callbacks);
  const calls = new Calls(host, pending);
  const bundles = new Bundles(host);
  const thrown = new Thrown();
  const modules = new Modules(host, bundles, thrown, pending);
  let job: GuestJob;
  let args: EntryArguments;

  let platform: Platform;
  let browsing: Browsing | undefined;
  let provided: LibraryFactory;
  const library = (name: LibraryName): LibraryFactory => {
    host.library(name);
    return provided;
  };

  const described = (error: unknown): string =>
    stringify(describe(error, (value) => platform.inspect(value)));
  const fail = (error: unknown): void => host.fail(described(error));

  /** Set while the script goes on after it has settled. */
  let goingOn: Settled | undefined;

  const jsonOf = (settled: Settled, onProblem: (text: string) => void): string => {
    const { valueBytes } = job;
    return valueJson(settled, { valueBytes, warn: onProblem, nameOpaque: browsing?.nameOpaque });
  };
  const warn = (text: string): void => host.log('warn', text);

  const settleWith = async (script: Promise<Settled>): Promise<void> => {
    try {
      const settled = await script;
      if (settled.isFinal) {
        host.succeed(jsonOf(settled, warn), inWords(pending, true));
      } else {
        host.settled(jsonOf(settled, () => undefined));
        goingOn = settled;
      }
    } catch (error) {
      fail(error);
    }
  };

  const look = (): string | null => {
    if (isPending(pending)) return goingOn === undefined ? null : inWords(pending, false);
    if (goingOn === undefined) {
      if (browsing?.isOpen !== true) host.starve();
      return null;
    }
    try {
      host.succeed(jsonOf(goingOn, warn), null);
    } catch (error) {
      fail(error);
    }
    return null;
  };

  const hookFunctions: Record<HookKind, (about: string) => unknown> = {
    import: (file) => modules.hookOf(file),
    body: (file) => () => modules.exportsOf(file),
    asyncBody: (file) => () => modules.finished(file),
    json: (file) => () => modules.guard(file, () => modules.json(file)),
    member: (member) => () => modules.guard(member, () => bundles.exportsOf(member)),
    evaluated: (id) => (namespace: object) => modules.settleImport(Number(id), namespace),
  };

  const openBrowser = async (
    settings: BrowserSettings,
    artifacts: GuestContext['artifacts'],
  ): Promise<void> => {
    try {
      if (createBrowsing === undefined) throw new Error('This box was made without Puppeteer');
      browsing = connectBrowsing(
        createBrowsing,
        host,
        platform.ownTimers,
        pending,
        (name, content, contentType) =>
          artifacts.write(name, content, contentType === null ? {} : { contentType }),
      );
      const { shown } = browsing;
      const taken = (text: string): string[] | null =>
        parse(host.takenNames(text)) as string[] | null;
      args = { ...args, browsing: { shown, taken } };
      defineGlobals({ puppeteer: browsing.puppeteer });
      bundles.provide(puppeteerMember, browsing.puppeteer);
      await browsing.open(settings);
      host.browserReady();
    } catch (error) {
      fail(error);
    }
  };

  return {
    begin(text) {
      job = parse(text) as GuestJob;
      platform = connectPlatform(platformHost(host, library), {
        maxTextLength: job.outputBytes + 1,
        onError: fail,
      });
      platform.define(job.mentions);
      if (job.alias !== null) hideAlias(job.alias);
      placed = (frame) => host.placed(frame);
      bundles.defineGlobals(globalThis, job.globals);
      args = argumentsOf(host, calls, job.input);
      const { context } = args;
      args = { ...args, serving: servingOf(job.request, calls, context.env, platform.setHeaders) };
      defineGlobals({ ...context, params: args.params, ...processOf(job.input.env) });
      calls.defineHelpers(globalThis, job.helpers);
      if (job.browser !== null) void openBrowser(job.browser, context.artifacts);
    },
    define: (file, content) => modules.define(file, content),
    needsFacade: (namespace) => hasOwn(namespace, 'default') && !hasOwn(namespace, '__esModule'),
    hook: (namespace, kind, about) => namespace.set(hookFunctions[kind](about)),
    provide(factory, details) {
      provided = factory;
      if (details !== undefined) connectDetails(details);
    },
    provideBundle: (factory) => bundles.take(factory),
    enterBody(file, onlyDeclares) {
      void settleWith(bodyValue(modules, file, onlyDeclares, args));
    },
    look,
    awaitModule(file, onlyDeclares) {
      modules.onEntry({
        resolve(namespace) {
          void settleWith(
            file === ''
              ? moduleValue(namespace, onlyDeclares, args)
              : bodyValue(modules, file, onlyDeclares, args),
          );
        },
        reject: fail,
      });
    },
    settle: (id, reply, bytes) => calls.settle(id, reply, bytes),
    callBack: (...call) => void calls.callbacks.call(...call),
    settleImport: (id, namespace) => modules.settleImport(id, namespace),
    describe(stack) {
      const error = recentErrors.find(stack);
      return error === undefined ? '' : described(error);
    },
    failImport: (id, units, failure) =>
      modules.failImport(
        id,
        parse(units) as string[],
        failure === '' ? null : errorOf(parse(failure) as Failure),
      ),
    unwatch: () => thrown.unwatch(),
    fireTimer: () => platform.fireTimer(),
    onHead: (id, head) => platform.fetchEvents.onHead(id, head),
    onChunk: (id, bytes) => platform.fetchEvents.onChunk(id, bytes),
    onEnd: (id) => platform.fetchEvents.onEnd(id),
    onError: (id, message) => platform.fetchEvents.onError(id, message),
    onCredit: (id, credit) => platform.fetchEvents.onCredit(id, credit),
    onCdp: (text) => browsing?.onMessage(text),
    onCrypto: (id, reply, bytes) => platform.onCrypto(id, reply, bytes),
  };
};

/** The callbacks by name. What they throw is replaced by an error of the guest's realm. */
function hostOf(callbacks: readonly unknown[]): Host {
  const host: Record<string, unknown> = {};
  // No function that is called for each: V8 would compile it anew in each isolate.
  for (let index = 0; index < hostNames.length; index++) {
    const callback = callbacks[index] as (this: undefined, ...values: unknown[]) => unknown;
    host[hostNames[index]!] = (...values: unknown[]): unknown => {
      try {
        return apply(callback, undefined, values);
      } catch (error) {
        throw errorFromHost(error);
      }
    };
  }
  return host as never;
}

function platformHost(host: Host, library: PlatformHost['library']): PlatformHost {
  return {
    log: host.log,
    now: host.now,
    wake: (ms, holds) => host.wake(ms ?? -1, holds),
    library,
    convert: host.convert,
    native: host.native,
    transport: {
      open: host.fetchOpen,
      send: host.fetchSend,
      finish: host.fetchFinish,
      cancel: host.fetchCancel,
      pull: host.fetchPull,
    },
    crypto: { random: host.random, crypto: host.crypto },
  };
}

defineProperty(globalThis, '__castellan', { value: boot, configurable: true });
