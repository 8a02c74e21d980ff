/** Puppeteer in the guest: bundled, and part of the snapshot of boxes that have a browser. */
import { environment } from 'puppeteer-core/internal/environment.js';
import { browsingOver } from '../../entry/browser/browsing.ts';
import { createFiles } from './files.ts';
import { prepareScope } from './scope.ts';
import type { CreateBrowsing } from './browsing-host.ts';

const { parse } = JSON;

export const createBrowsing: CreateBrowsing = ({ host, ...given }) => {
  prepareScope(given);
  const whole = {
    ...given,
    send: (text: string) => host.cdpSend(text),
    act: (text: string) => host.act(text),
    read: (path: string) => parse(host.sourceText(path)) as string | null,
    warn: (text: string) => host.log('warn', text),
  };
  environment.value = createFiles(whole) as typeof environment.value;
  return browsingOver(whole);
};
