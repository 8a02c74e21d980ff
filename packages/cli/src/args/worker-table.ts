import type { OptionTable } from './option.ts';
import { help } from './table.ts';

export const workerOptions = {
  url: {
    type: 'string',
    value: 'URL',
    standard: 'CASTELLAN_URL',
    sentence: 'The service, or what stands before several.',
  },
  key: {
    type: 'string',
    value: 'KEY',
    standard: 'CASTELLAN_KEY',
    sentence:
      'A key of the scope work. Other users of the machine see arguments: CASTELLAN_KEY is the better place.',
  },
  policy: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    standard: 'all policies of the key',
    sentence: 'A policy whose runs it takes. May be repeated.',
  },
  label: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    sentence: 'What runs may ask for in placement.labels. May be repeated.',
  },
  concurrency: {
    type: 'string',
    value: 'N',
    standard: 'four for each processor',
    sentence: 'Runs at a time.',
  },
  help,
} as const satisfies OptionTable;
