import type { OptionTable } from './option.ts';
import { submitOptions } from './service-table.ts';
import { help } from './table.ts';

const { params, detach, out, json, tenant } = submitOptions;

const ofPut = {
  timezone: {
    type: 'string',
    value: 'ZONE',
    standard: 'UTC',
    sentence: 'put: the time zone of CRON, such as Europe/Vienna.',
  },
  params: { ...params, sentence: `put: ${params.sentence}` },
  alias: {
    type: 'string',
    value: 'NAME',
    standard: 'what is live',
    sentence: 'put: the version that this alias names.',
  },
  missed: {
    type: 'string',
    value: 'skip|once|all',
    standard: 'skip',
    sentence: 'put: what becomes of ticks that nobody was there to start.',
  },
  overlap: {
    type: 'string',
    value: 'allow|skip|queue',
    standard: 'allow',
    sentence: 'put: what a tick does while the run of an earlier one has not ended.',
  },
  jitter: {
    type: 'string',
    value: 'TIME',
    standard: '0s',
    sentence: 'put: each tick is delayed by up to this much. TIME is 500ms, 5s or 2m.',
  },
  paused: { type: 'boolean', sentence: 'put: fires nothing before castellan schedules resume.' },
} as const satisfies OptionTable;

const ofRun = {
  detach: { ...detach, sentence: `run: ${detach.sentence}` },
  out: { ...out, sentence: `run: ${out.sentence}` },
} as const;

export const schedulesOptions = {
  ...ofPut,
  ...ofRun,
  limit: {
    type: 'string',
    value: 'N',
    standard: '50',
    sentence: 'list, history: how many, from 1 to 200.',
  },
  cursor: { type: 'string', value: 'SCHEDULE_ID', sentence: 'list: goes on where a list ended.' },
  json: { ...json, sentence: 'put, list, run, history: prints one JSON document.' },
  tenant: { ...tenant, sentence: 'Whose schedule it is, for keys that may name tenants.' },
  help,
} as const satisfies OptionTable;

export const scheduleVerbs = {
  put: { operands: ['NAME', 'CRON', 'FUNCTION'], options: ['json', ...Object.keys(ofPut)] },
  list: { operands: [], options: ['limit', 'cursor', 'json'] },
  get: { operands: ['NAME'], options: [] },
  pause: { operands: ['NAME'], options: [] },
  resume: { operands: ['NAME'], options: [] },
  run: { operands: ['NAME'], options: ['json', ...Object.keys(ofRun)] },
  history: { operands: ['NAME'], options: ['limit', 'json'] },
  delete: { operands: ['NAME'], options: [] },
} as const;

export type ScheduleVerb = keyof typeof scheduleVerbs;
