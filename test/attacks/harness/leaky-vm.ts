/**
 * What Castellan is not: a script in `node:vm` with the host's own objects within reach. Reads
 * `{ files, params, secret }` as JSON from standard input, prints what the script gave as JSON.
 */
import { readFileSync } from 'node:fs';
import { format } from 'node:util';
import { compileFunction, constants, createContext } from 'node:vm';

const { files, params, secret } = JSON.parse(readFileSync(0, 'utf8')) as {
  files: Record<string, string>;
  params: object;
  secret: string;
};

function broken(): never {
  throw Object.assign(new Error(`Cannot open ${import.meta.filename}`), { secret });
}

const helpers = {
  echo: async (value: unknown) => value,
  echoSync: (value: unknown) => value,
  fail: async () => broken(),
  failSync: broken,
  reject: async () => broken(),
  rejectText: () => Promise.reject(secret),
  rejectObject: () => Promise.reject({ secret }),
  tricky: async () => ({ secret, computed: [1] }),
  instance: async () => new Map([[secret, broken]]),
  slow: async () => null,
  group: {
    deep: async (value: unknown) => [value],
    inner: { deepest: (value: unknown) => [value] },
  },
  artifacts: { write: async () => ({ name: 'a' }) },
  progress: () => undefined,
  env: {},
};
const quiet = Object.fromEntries(
  Object.keys(console).map((name) => [name, (...values: unknown[]) => format(...values)]),
);
const platform = {
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  queueMicrotask,
  structuredClone,
  atob,
  btoa,
};
const classes = {
  URL,
  TextEncoder,
  TextDecoder,
  AbortController,
  AbortSignal,
  Event,
  EventTarget,
  CustomEvent,
};
const context = createContext({
  ...helpers,
  ...platform,
  ...classes,
  console: quiet,
  params,
  navigator,
  performance,
});

function run(file: string, end: string): unknown {
  const module = { exports: {} };
  const body = compileFunction(`${files[file]}\n;${end}`, ['require', 'module', 'exports'], {
    parsingContext: context,
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const require = (name: string): unknown => run(name.slice(2), 'return module.exports');
  return body(require, module, module.exports);
}

let outcome: unknown;
try {
  outcome = await run('attack.js', 'return execute(params, { artifacts, progress, env })');
} catch (error) {
  outcome = format('%o', error);
}
process.stdout.write(`${JSON.stringify(outcome)}\n`, () => setTimeout(() => process.exit(), 50));
