import { isAbsolute } from 'node:path';

/** Options of the operator about browsers. Scripts cannot influence them. */
export interface BrowserOptions {
  /** The path of Chromium itself, not of a shell script that starts it. Default: searched for. */
  readonly executablePath?: string;
  /** Browsers kept ready for the next run. Default 1. */
  readonly warm?: number;
}

const known: readonly string[] = ['executablePath', 'warm'] satisfies (keyof BrowserOptions)[];

/** What is wrong with the operator's option, in a sentence; `null` when nothing is. */
export function checkBrowser(value: unknown): string | null {
  if (value === undefined || typeof value === 'boolean') return null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'browser must be true, false or an object.';
  }
  for (const [name, given] of Object.entries(value)) {
    if (!known.includes(name)) {
      return `Unknown option browser.${name}. Known: ${known.join(', ')}.`;
    }
    if (given === undefined) continue;
    if (name === 'warm' && !(Number.isSafeInteger(given) && given >= 0)) {
      return 'browser.warm must be a whole number from 0.';
    }
    if (name === 'executablePath' && !(typeof given === 'string' && isAbsolute(given))) {
      return 'browser.executablePath must be an absolute path.';
    }
  }
  return null;
}
