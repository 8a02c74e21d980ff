/**
 * Node's own JavaScript of some modules for the isolate, read from the Node that builds: what those need of the
 * rest of Node is in `guest/builtins/node` and beside each of them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants } from 'node:zlib';
import { primordialsOf } from './primordials.ts';

/** Node's way to the text of its modules, which it keeps for those who patch it. */
const sources = (process as unknown as { binding(name: string): Record<string, string> }).binding(
  'natives',
);

/** Functions of what a module requires, and the texts that each is made of: the module itself, then what is taken with it. */
const taken: Readonly<Record<string, readonly [string, ...string[]]>> = {
  nodeAssert: [
    'assert',
    'internal/assert/assertion_error',
    'internal/assert/calltracker',
    'internal/assert/myers_diff',
    'internal/assert/utils',
    'internal/validators',
  ],
  nodeBuffer: ['buffer', 'internal/buffer', 'internal/validators'],
  nodeComparisons: ['internal/util/comparisons'],
  nodeEvents: [
    'events',
    'internal/events/abort_listener',
    'internal/fixed_queue',
    'internal/validators',
  ],
  nodeDiff: ['internal/util/diff', 'internal/assert/myers_diff', 'internal/validators'],
  nodeMime: ['internal/mime'],
  nodeParseArgs: [
    'internal/util/parse_args/parse_args',
    'internal/util/parse_args/utils',
    'internal/validators',
  ],
  nodePath: ['path', 'internal/constants', 'internal/validators'],
  nodePunycode: ['punycode'],
  nodeQuerystring: ['querystring', 'internal/querystring'],
  nodeStream: [
    'stream',
    'stream/promises',
    'internal/events/abort_listener',
    ...[
      'add-abort-signal',
      'compose',
      'destroy',
      'duplex',
      'duplexify',
      'duplexpair',
      'end-of-stream',
      'from',
      'legacy',
      'operators',
      'passthrough',
      'pipeline',
      'readable',
      'state',
      'transform',
      'utils',
      'writable',
    ].map((name) => `internal/streams/${name}`),
    'internal/validators',
  ],
  nodeStringDecoder: ['string_decoder'],
  nodeTimersPromises: ['timers/promises', 'internal/validators'],
  nodeUrl: [
    'url',
    'internal/constants',
    'internal/data_url',
    'internal/querystring',
    'internal/url',
    'internal/validators',
  ],
  nodeUtil: ['util', 'internal/util', 'internal/validators'],
  nodeZlib: ['zlib', 'internal/validators'],
};

/**
 * What is taken of modules that hold more than is needed, by name. Whatever else these parts name, the module
 * requires as `NAME:rest`.
 */
const excerpts: Readonly<Record<string, Excerpt>> = {
  'internal/url': {
    parts: [
      'FORWARD_SLASH',
      'unsafeProtocol',
      'hostlessProtocol',
      'slashedProtocol',
      'kCreateURLFromPosixPathSymbol',
      'kCreateURLFromWindowsPathSymbol',
      'domainToASCII',
      'domainToUnicode',
      'urlToHttpOptions',
      'getPathFromURLWin32',
      'getPathBufferFromURLWin32',
      'getPathFromURLPosix',
      'getPathBufferFromURLPosix',
      'fileURLToPath',
      'fileURLToPathBuffer',
      'pathToFileURL',
    ],
    rest: ['URL', 'URLSearchParams', 'bindingUrl', 'isURL'],
  },
  'internal/util': {
    parts: [
      'codesWarned',
      'validateString',
      'getDeprecationWarningEmitter',
      'deprecate',
      'kCustomPromisifiedSymbol',
      'kCustomPromisifyArgsSymbol',
      'validateFunction',
      'promisify',
    ],
    rest: ['defineLazyProperties', 'getLazy', 'isPromise'],
  },
};

interface Excerpt {
  readonly parts: readonly string[];
  readonly rest: readonly string[];
}

/** Writes a module to `folder` that exports these functions, and returns its file. `processFile` exports the `process` that they see. */
export function nodeSource(folder: string, processFile: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'modules.js');
  const functions = Object.entries(taken).map(([name, texts]) => functionOf(name, texts));
  const imported = `import { process } from ${JSON.stringify(processFile)};\n`;
  writeFileSync(file, imported + functions.join('\n'));
  return file;
}

/** `internals` has what no module of `modules` has: their names do not collide. */
function functionOf(name: string, [main, ...others]: readonly [string, ...string[]]): string {
  const texts = [main, ...others].map((module) => [module, textOf(module)] as const);
  const values = primordialsOf(texts.map(([, text]) => text));
  const bodies = texts.map(
    ([module, text]) => `    ${JSON.stringify(module)}(module, exports, load) {
${text.replaceAll(/\brequire\(/g, 'load(')}
    },`,
  );
  // Only one of them names these, and the others are loaded often.
  const numbers = main === 'zlib' ? JSON.stringify(constants) : '{}';
  return `export function ${name}({ binding, internals, modules = {} }) {
  const bindings = { zlib: binding, constants: { zlib: ${numbers}, os: { signals: {} } } };
  const internalBinding = (name) => bindings[name] ?? internals;
  const primordials = { ${values.join(', ')} };
  const loaded = {};
  const own = {
${bodies.join('\n')}
  };
  const load = (name) => {
    if (!Object.hasOwn(own, name)) return modules[name] ?? internals;
    if (!Object.hasOwn(loaded, name)) {
      loaded[name] = { exports: {} };
      own[name](loaded[name], loaded[name].exports, load);
    }
    return loaded[name].exports;
  };
  return load(${JSON.stringify(main)});
}
`;
}

function textOf(module: string): string {
  const text = sources[module];
  if (text === undefined) throw new Error(`This Node does not tell what its ${module} is made of`);
  const excerpt = excerpts[module];
  return excerpt === undefined ? text : excerptOf(module, text, excerpt);
}

const list = String.raw`\{(?:[^{}]|\{[^{}]*\})*\}`;

/** What the module imports, then each part: a function, or a constant or variable of the top level. */
function excerptOf(module: string, text: string, { parts, rest }: Excerpt): string {
  const source = String.raw`(?:primordials|require\('[^']+'\)(?:\.\w+)?)`;
  const imports = text.match(new RegExp(`^const (?:${list}|\\w+) = ${source};$`, 'gm')) ?? [];
  const found = parts.map((name) => {
    const shape = String.raw`^(?:function ${name}\([^]*?^\}|(?:const|let) ${name}\b[^]*?;$)`;
    const part = new RegExp(shape, 'm').exec(text)?.[0];
    if (part === undefined) throw new Error(`Node's ${module} has no ${name} any more`);
    return part;
  });
  const own = `const { ${rest.join(', ')} } = require('${module}:rest');`;
  return [
    ...imports,
    own,
    ...found,
    `module.exports = { ${[...parts, ...rest].join(', ')} };`,
  ].join('\n');
}

/** The copyrights that the texts begin with, each once. */
export function nodeNotice(): string {
  const names = [...new Set(Object.values(taken).flat())];
  const notices = names.map((name) => {
    const lines = sources[name]!.split('\n');
    const end = lines.findIndex((line) => !line.startsWith('//'));
    return lines
      .slice(0, end)
      .map((line) => line.replace(/^\/\/ ?/, ''))
      .join('\n');
  });
  const different = [...new Set(notices.filter((notice) => notice !== ''))];
  return `Node.js ${process.version}: ${names.map((name) => `lib/${name}.js`).join(', ')}\n\n${different.join('\n\n')}`;
}
