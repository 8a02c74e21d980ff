import { lazyGlobals } from './library-names.ts';

const word = new RegExp(`\\b(?:${Object.values(lazyGlobals).flat().join('|')})\\b`, 'g');

/**
 * The lazy globals whose names a source text holds as words, each once: those to define with
 * `Platform.define` before the script starts. A guess that costs or saves time, nothing else.
 */
export function lazyGlobalsIn(sourceText: string): string[] {
  return [...new Set(sourceText.match(word))];
}
