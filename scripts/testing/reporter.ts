import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { EndRecord, TestRecord } from './records.ts';

/** A reporter for `node --test-reporter`: one TestRecord per line, and an EndRecord at the end. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const around: string[] = [];
  for await (const event of events) {
    if (event.type === 'test:start') {
      around.length = event.data.nesting;
      around.push(event.data.name);
    }
    const record = recordOf(event, around);
    if (record !== null) yield `${JSON.stringify(record)}\n`;
  }
}

function recordOf(event: TestEvent, around: readonly string[]): TestRecord | EndRecord | null {
  if (event.type === 'test:summary') return { outcome: 'end' };
  if (event.type !== 'test:pass' && event.type !== 'test:fail') return null;
  const { data } = event;
  const name = [...around.slice(0, data.nesting), data.name].join(' > ');
  // A test marked todo may fail unnoticed, so it counts as not run.
  const skip = data.skip ?? data.todo;
  if (skip !== undefined && skip !== false) {
    return { outcome: 'skipped', name, reason: typeof skip === 'string' ? skip : '', failure: '' };
  }
  if (event.type === 'test:fail') {
    const { error } = event.data.details;
    // The nested test has its own record.
    if ('failureType' in error && error.failureType === 'subtestsFailed') return null;
    return { outcome: 'failed', name, reason: '', failure: inspect(error.cause ?? error) };
  }
  if (data.details.type === 'suite') return null;
  return { outcome: 'passed', name, reason: '', failure: '' };
}
