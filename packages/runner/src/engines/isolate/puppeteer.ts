import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { puppeteerMember } from '../../guest/bundle-names.ts';
import type { Found } from './module-folders.ts';

/** Puppeteer as a module; its code is in the guest's snapshot already. */
export function findPuppeteer(): Found {
  const file = join(dirname(process.argv[1] ?? ''), 'puppeteer-exports.json');
  const names = JSON.parse(readFileSync(file, 'utf8')) as string[];
  return { path: puppeteerMember, member: { bundle: '', index: 0, kind: 'commonjs', names } };
}
