import type { LogLevel, RunEvent } from '@castellan/protocol';
import { escapeLine, escapeText } from './escape.ts';
import type { Paint } from './terminal.ts';

const styles: Readonly<Record<LogLevel, Parameters<Paint>[0] | null>> = {
  debug: 'dim',
  info: null,
  warn: 'yellow',
  error: 'red',
};

/** Returns the line for an event that is shown at once; `null` for the others. */
export function eventLine(event: RunEvent, paint: Paint): string | null {
  switch (event.type) {
    case 'log': {
      const style = styles[event.level];
      const text = escapeText(event.text);
      return `${style === null ? text : paint(style, text)}\n`;
    }
    case 'progress': {
      const percent = `${Math.round(event.fraction * 100)}%`.padStart(4);
      return `${paint('dim', `${percent} ${escapeLine(event.text)}`.trimEnd())}\n`;
    }
    case 'network': {
      const { outcome, method, url, reason } = event.request;
      if (outcome === 'ok') return null;
      const text = `network: ${outcome} ${method} ${url}${reason === null ? '' : `: ${reason}`}`;
      return `${paint('dim', escapeLine(text))}\n`;
    }
    default:
      return null;
  }
}
