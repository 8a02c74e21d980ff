import type { LogLevel } from '@castellan/protocol';
import { type Fields, fieldsOf, textOf } from './messages.ts';

/** Limits of the lines of pages in the log of a run. The script's own lines are limited elsewhere. */
const lines = 500;
const characters = 64 * 1024;
const lineCharacters = 2_048;
/**
 * Longer events are not parsed for the log, so that a page cannot keep the launcher busy with one
 * line.
 */
const eventCharacters = 256 * 1024;

const levels: Readonly<Record<string, LogLevel>> = {
  debug: 'debug',
  verbose: 'debug',
  warning: 'warn',
  error: 'error',
  assert: 'error',
};

/** Writes lines about pages into the log of a run: marked, shortened and limited in number. */
export function pageLog(write: (level: LogLevel, text: string) => void): {
  /** Handles an event of a page, with its length in characters. */
  event(method: string, params: () => Fields, characters: number): void;
  /** Writes a line of the relay. Repeated texts are written once. */
  browser(text: string): void;
} {
  let [lineCount, characterCount] = [0, 0];
  const said = new Set<string>();

  const isFull = (): boolean => lineCount > lines || characterCount > characters;

  function line(level: LogLevel, mark: string, text: string): void {
    if (isFull()) return;
    const shown = `[${mark}] ${text.slice(0, lineCharacters)}`;
    lineCount += 1;
    characterCount += shown.length;
    if (isFull()) write('warn', '[browser] More lines about pages are left out.');
    else write(level, shown);
  }

  const readers: Readonly<Record<string, (params: Fields) => void>> = {
    'Runtime.consoleAPICalled'(params) {
      const type = textOf(params['type']);
      const given = params['args'];
      const values = (Array.isArray(given) ? given : []).slice(0, 100).map(shownValue);
      line(levels[type] ?? 'info', 'page', values.join(' '));
    },
    'Runtime.exceptionThrown'(params) {
      const details = fieldsOf(params['exceptionDetails']);
      const thrown = fieldsOf(details['exception']);
      const what =
        textOf(thrown['description']) || `${textOf(details['text'])} ${shownValue(thrown)}`;
      line('error', 'page error', what);
    },
    'Log.entryAdded'(params) {
      const entry = fieldsOf(params['entry']);
      const url = textOf(entry['url']);
      // Puppeteer's names for evaluated code are not places in the page.
      const isPlace = url !== '' && !url.startsWith('pptr:');
      const what = textOf(entry['text']) + (isPlace ? ` (${url})` : '');
      line(levels[textOf(entry['level'])] ?? 'info', 'page', what);
    },
  };

  return {
    event(method, params, length) {
      if (isFull() || !Object.hasOwn(readers, method)) return;
      if (length <= eventCharacters) readers[method]?.(params());
      else line('info', 'page', `A line of about ${length} characters is left out.`);
    },
    browser(text) {
      if (said.has(text) || said.size >= 100) return;
      said.add(text);
      write('warn', `[browser] ${text.slice(0, lineCharacters)}`);
    },
  };
}

/** A console value of a page, as far as the event describes it. */
function shownValue(given: unknown): string {
  const { type, value, description, unserializableValue } = fieldsOf(given);
  if (type === 'string') return textOf(value);
  if (value !== undefined) return JSON.stringify(value) ?? '';
  return textOf(unserializableValue) || textOf(description) || textOf(type);
}
