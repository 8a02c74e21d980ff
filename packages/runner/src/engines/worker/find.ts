import { denied, notFound } from '../../script/allowed.ts';
import type { Files } from '../../script/files.ts';
import { Refusal } from '../../script/refusal.ts';

const noModules = 'A browser sandbox has no modules: run the script on a service, which has';

/** Why a script cannot have what it asks for: here it is alone. Throws a `Refusal`, always. */
export function refuseModule(files: Files, specifier: string, from: string): never {
  if (files.isOwn(specifier)) {
    const file = files.resolve(specifier, from);
    throw new Refusal('module_denied', `The script cannot import itself: ${JSON.stringify(file)}`);
  }
  if (isPartOfNode(specifier)) throw denied(specifier, [], noModules);
  throw notFound(specifier, noModules);
}

/** Built-ins that Node has without its prefix too. */
const builtins = new Set(
  (
    'assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain ' +
    'events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl ' +
    'stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib'
  ).split(' '),
);

function isPartOfNode(specifier: string): boolean {
  return builtins.has(specifier.replace(/^node:/, '').replace(/\/.*$/, ''));
}
