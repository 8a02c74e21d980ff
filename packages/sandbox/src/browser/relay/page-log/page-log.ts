import type { LogLevel } from '@castellan/protocol';
import { type Fields, fieldsOf, listOf, textOf } from '../messages.ts';
import { formatted } from './format.ts';
import { grid } from './grid.ts';
import { Recent } from '../recent.ts';
import { unwanted } from './unwanted.ts';
import { innerText } from './values.ts';

/** Limits of the lines of pages in the log of a run. The script's own lines are limited elsewhere. */
const lines = 500;
const characters = 64 * 1024;
const lineCharacters = 2_048;
/**
 * Longer events are not parsed for the log, so that a page cannot keep the launcher busy with one
 * line.
 */
const eventCharacters = 256 * 1024;
const mostArguments = 100;
const mostGroups = 16;

const levels: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  verbose: 'debug',
  warning: 'warn',
  error: 'error',
  assert: 'error',
};

/** Calls of the console that are about its own window, or about nothing that can be read. */
const silent = new Set(['clear', 'endGroup', 'profile', 'profileEnd']);

export interface PageLog {
  /** Handles an event of a page, with its length in characters. */
  readonly event: (
    method: string,
    params: () => Fields,
    sessionId: string,
    characters: number,
  ) => void;
  /** The script has let a request fail, which is no error of the page. */
  readonly failed: (sessionId: string, requestId: string) => void;
  /** Writes a line of the relay. Repeated texts are written once. */
  readonly browser: (text: string) => void;
}

/**
 * Writes lines about pages into the log of a run: marked, shortened and limited in number. What several
 * sessions tell of one thing is one line.
 */
export function pageLog(write: (level: LogLevel, text: string) => void): PageLog {
  let [lineCount, characterCount] = [0, 0];
  const said = new Set<string>();
  const told = new Recent(4 * lines);
  const groups = new Recent<number>(lines);
  const skipped = unwanted();

  const isFull = (): boolean => lineCount > lines || characterCount > characters;

  function line(level: LogLevel, mark: string, text: string): void {
    if (isFull()) return;
    const gap = /^[┌\n]/.test(text) ? '\n' : ' ';
    const shown = readable(`[${mark}]${gap}${text}`.slice(0, lineCharacters));
    lineCount += 1;
    characterCount += shown.length;
    if (isFull()) write('warn', '[browser] More lines about pages are left out.');
    else write(level, shown);
  }

  const readers: Readonly<Record<string, (params: Fields, sessionId: string) => void>> = {
    'Runtime.consoleAPICalled'(params, sessionId) {
      const type = textOf(params['type']);
      const depth = groups.get(sessionId) ?? 0;
      if (type.startsWith('startGroup')) groups.set(sessionId, Math.min(depth + 1, mostGroups));
      if (type === 'endGroup') groups.set(sessionId, Math.max(depth - 1, 0));
      if (silent.has(type)) return;
      const text = consoleText(type, params);
      if (type.startsWith('startGroup') && text === '') return;
      line(levels[type] ?? 'info', 'page', indented(text, depth));
    },
    'Runtime.executionContextsCleared'(_params, sessionId) {
      groups.delete(sessionId);
    },
    'Runtime.exceptionThrown'(params) {
      line('error', 'page error', thrownText(fieldsOf(params['exceptionDetails'])));
    },
    'Log.entryAdded'(params) {
      const entry = fieldsOf(params['entry']);
      if (skipped.has(entry)) return;
      const what = textOf(entry['text']) + placeOf(entry, entry);
      line(levels[textOf(entry['level'])] ?? 'info', 'page', what);
    },
  };

  /** Whether another session has told it before: Chromium gives what happens one time, to the microsecond. */
  function isTold(method: string, params: Fields): boolean {
    const entry = fieldsOf(params['entry']);
    const time = params['timestamp'] ?? entry['timestamp'];
    if (typeof time !== 'number') return false;
    const context = params['executionContextId'];
    const whose = typeof context === 'number' ? context : textOf(entry['networkRequestId']);
    const key = `${method} ${time} ${whose}`;
    if (told.get(key) === true) return true;
    told.set(key, true);
    return false;
  }

  return {
    event(method, params, sessionId, length) {
      if (isFull()) return;
      skipped.event(method, params, sessionId, length);
      if (!Object.hasOwn(readers, method)) return;
      if (length > eventCharacters) {
        return line('info', 'page', `A line of about ${length} characters is left out.`);
      }
      const given = params();
      if (!isTold(method, given)) readers[method]?.(given, sessionId);
    },
    failed: (sessionId, requestId) => skipped.failed(sessionId, requestId),
    browser(text) {
      if (said.has(text) || said.size >= 100) return;
      said.add(text);
      write('warn', `[browser] ${text.slice(0, lineCharacters)}`);
    },
  };
}

function consoleText(type: string, params: Fields): string {
  const args = listOf(params['args']).slice(0, mostArguments);
  if (type === 'table') return grid(args[0]);
  // Of a call without a message Chromium writes the name.
  const name = type.replace(/^startG/, 'g');
  const isEmpty = args.length === 1 && fieldsOf(args[0])['value'] === `console.${name}`;
  const text = isEmpty ? '' : type === 'dir' ? innerText(args[0]) : formatted(args);
  if (type === 'assert') return `Assertion failed${text === '' ? '' : `: ${text}`}`;
  if (type !== 'trace') return text;
  const frames = listOf(fieldsOf(params['stackTrace'])['callFrames']).slice(0, mostArguments);
  return [`Trace${text === '' ? '' : `: ${text}`}`, ...frames.map(frameText)].join('\n');
}

function frameText(given: unknown): string {
  const frame = fieldsOf(given);
  return `    at ${textOf(frame['functionName']) || '<anonymous>'}${placeOf(frame, frame)}`;
}

/** An uncaught error with its stack; whatever else was thrown, with the place. */
function thrownText(details: Fields): string {
  const thrown = fieldsOf(details['exception']);
  const place = placeOf(
    details,
    fieldsOf(listOf(fieldsOf(details['stackTrace'])['callFrames'])[0]),
  );
  const stack = thrown['subtype'] === 'error' ? textOf(thrown['description']) : '';
  if (stack.includes('\n    at ')) return stack;
  if (stack !== '') return stack + place;
  const what = details['exception'] === undefined ? '' : ` ${innerText(thrown)}`;
  return `${textOf(details['text'])}${what}${place}`;
}

/** A place as ` (url:line:column)`, counted from 1; nothing for what Puppeteer has evaluated. */
function placeOf(first: Fields, second: Fields): string {
  const at = textOf(first['url']) === '' ? second : first;
  const url = textOf(at['url']);
  if (url === '' || url.startsWith('pptr:')) return '';
  const numbers = [at['lineNumber'], at['columnNumber']].filter((each) => typeof each === 'number');
  return ` (${[url, ...numbers.map((each) => each + 1)].join(':')})`;
}

/** Puppeteer writes where a script has called `evaluate` into a URL. */
function readable(text: string): string {
  return text.replaceAll(/pptr:[^\s]+/g, (url) => {
    try {
      return decodeURI(url.replaceAll('%3A', ':'));
    } catch {
      return url;
    }
  });
}

function indented(text: string, depth: number): string {
  return depth === 0 ? text : text.slice(0, lineCharacters).replaceAll(/^/gm, '  '.repeat(depth));
}
