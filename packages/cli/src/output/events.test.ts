import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { LogLevel, RunEvent } from '@castellan/protocol';
import { eventLine } from './events.ts';
import { paintFor } from './terminal.ts';

const stamp = { seq: 1, time: '2026-11-20T10:00:00.000Z' };
const log = (level: LogLevel, text: string): RunEvent => ({
  ...stamp,
  type: 'log',
  stream: 'stdout',
  level,
  text,
});
const screen = Object.assign(new PassThrough(), { isTTY: true });
const colours = paintFor(screen, {});
const plain = paintFor(new PassThrough(), {});

test('eventLine colours log levels on a terminal', () => {
  assert.equal(eventLine(log('info', 'x'), colours), 'x\n');
  assert.equal(eventLine(log('warn', 'x'), colours), '\x1b[33mx\x1b[39m\n');
  assert.equal(eventLine(log('error', 'x'), colours), '\x1b[31mx\x1b[39m\n');
  assert.equal(eventLine(log('debug', 'x'), colours), '\x1b[2mx\x1b[22m\n');
});

test('eventLine keeps the colours of the script to itself', () => {
  assert.equal(
    eventLine(log('info', '\x1b[31mred\x1b[0m\n\ttwo'), plain),
    '\\x1b[31mred\\x1b[0m\n\ttwo\n',
  );
});

test('eventLine shows progress, and nothing of what is shown elsewhere', () => {
  assert.equal(
    eventLine({ ...stamp, type: 'progress', fraction: 0.5, text: 'half\nway' }, plain),
    ' 50% half\\nway\n',
  );
  assert.equal(eventLine({ ...stamp, type: 'run.started' }, plain), null);
});

test('paintFor leaves text plain off a terminal and with NO_COLOR, even an empty one', () => {
  assert.equal(paintFor(screen, { NO_COLOR: '' })('red', 'x'), 'x');
  assert.equal(paintFor(screen, { NO_COLOR: '1' })('red', 'x'), 'x');
  assert.equal(paintFor(screen, { TERM: 'dumb' })('red', 'x'), 'x');
  assert.equal(plain('red', 'x'), 'x');
});
