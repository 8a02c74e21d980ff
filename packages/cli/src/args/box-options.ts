import { defaultRuntime } from '@castellan/protocol/runtimes';
import { engines, isolationChoices, namesOf } from '@castellan/protocol';
import type { OptionTable } from './option.ts';

/** What a box has: options of `castellan run`, and of the default policy of `castellan serve`. */
export const boxOptions = {
  engine: {
    type: 'string',
    library: 'engine',
    policy: 'engine',
    value: namesOf(engines).join('|'),
    standard: 'isolate',
    sentence: 'What executes the script: a bare V8 isolate, or all of Node.',
  },
  'allow-child-processes': {
    type: 'boolean',
    library: 'childProcesses',
    policy: 'childProcesses',
    sentence: 'With --engine node: the script may start processes, of Node itself.',
  },
  cpus: {
    type: 'string',
    library: 'cpus',
    policy: 'cpus',
    value: 'NUMBER',
    sentence:
      'Processors that the script may use at a time, such as 0.5; its browser as many again.',
  },
  isolation: {
    type: 'string',
    library: 'isolation',
    policy: 'isolation',
    value: namesOf(isolationChoices).join('|'),
    standard: 'auto',
    sentence: 'What builds the box. auto is the first that works here, never docker or none.',
  },
  hardened: {
    type: 'boolean',
    library: 'hardened',
    policy: 'hardened',
    sentence:
      'The narrowest box: no machine code is made in it, and it has every wall of the profile, or nothing is run. JavaScript only.',
  },
  'docker-socket': {
    type: 'string',
    policy: 'docker.socket',
    value: 'PATH',
    standard: '/var/run/docker.sock',
    sentence: 'With --isolation docker: the socket of the daemon.',
  },
  'docker-runtime': {
    type: 'string',
    policy: 'docker.runtime',
    value: 'NAME',
    standard: "the daemon's own",
    sentence: 'With --isolation docker: a runtime that the daemon knows, such as kata.',
  },
  browser: {
    type: 'boolean',
    library: 'browser',
    policy: 'browser',
    sentence: 'Gives the script a Chromium in a box of its own: browser, page and puppeteer.',
  },
  chromium: {
    type: 'string',
    policy: 'browser.executablePath',
    value: 'FILE',
    standard: 'where distributions put it',
    sentence: 'With --browser: the program itself, not a script that starts it.',
  },
  runtime: {
    type: 'string',
    library: 'runtime',
    policy: 'runtime',
    value: 'NAME|PATH',
    standard: defaultRuntime,
    sentence: 'The built packages that scripts may import; a PATH has a / in it.',
  },
  'allow-module': {
    type: 'string',
    library: 'modules',
    policy: 'modules',
    multiple: true,
    value: 'NAME',
    standard: 'all packages, and no built-in; with --engine node all of those too',
    sentence:
      'A package or Node built-in that scripts may import, or * for all packages and, with --engine node, node:* for all built-ins. May be repeated.',
  },
  'allow-host': {
    type: 'string',
    library: 'network',
    policy: 'network.allow',
    multiple: true,
    value: "HOST[:PORT]|'*'",
    standard: 'none',
    sentence: 'A host that fetch and pages may reach: a name, *.suffix or *. May be repeated.',
  },
  'allow-private': {
    type: 'string',
    policy: 'network.allowPrivate',
    multiple: true,
    value: 'CIDR',
    standard: 'none',
    sentence: 'A private range that allowed hosts may lie in. May be repeated.',
  },
} as const satisfies OptionTable;
