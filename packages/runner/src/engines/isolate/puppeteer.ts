import { puppeteerMember } from '../../guest/bundle-names.ts';
import { textOfPrograms } from '../../script/programs.ts';
import type { Found } from './module-shelves.ts';

/** Puppeteer as a module; its code is in the guest's snapshot already. */
export function findPuppeteer(): Found {
  const names = JSON.parse(textOfPrograms('puppeteer-exports.json')) as string[];
  return { path: puppeteerMember, member: { bundle: '', index: 0, kind: 'commonjs', names } };
}
