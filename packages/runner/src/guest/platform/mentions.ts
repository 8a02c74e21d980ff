import { lazyGlobals } from './library-names.ts';

const word = new RegExp(`\\b(?:${Object.values(lazyGlobals).flat().join('|')})\\b`, 'g');

/**
 * The lazy globals whose names occur as words in a source text, each once: to be loaded with
 * `Platform.define` before the script starts. A wrong guess costs time and nothing else.
 */
export function lazyGlobalsIn(sourceText: string): string[] {
  return [...new Set(sourceText.match(word))];
}
