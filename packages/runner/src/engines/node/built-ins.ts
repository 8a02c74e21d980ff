import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import stream from 'node:stream';
import util from 'node:util';
import vm from 'node:vm';
import { BuiltIns } from '../built-ins.ts';

const classes: readonly { readonly prototype: object }[] = [
  Buffer,
  TextEncoder,
  TextDecoder,
  URL,
  EventEmitter,
  stream.Readable,
  stream.Writable,
  stream.Duplex,
  stream.Transform,
];

/**
 * Node loads its whole client of HTTP, which takes 25 ms, or cryptography when one of them is looked at.
 * The runner uses none.
 */
const loadedLate = new Set([
  'CloseEvent',
  'Crypto',
  'CryptoKey',
  'EventSource',
  'FormData',
  'Headers',
  'MessageEvent',
  'Request',
  'Response',
  'SubtleCrypto',
  'WebSocket',
  'crypto',
]);

/** Those of Node that the runner uses, besides the language's. */
export function nodeBuiltIns(): BuiltIns {
  const ofClasses = classes.flatMap((ctor) => [ctor, ctor.prototype]);
  const ofProcess = Reflect.getPrototypeOf(process) as object;
  const more = [...ofClasses, fs, module, path, stream, util, vm, process, ofProcess];
  return new BuiltIns(more, loadedLate);
}
