import type { Subject } from './trials.ts';
import { type DoctorRow, row } from './report.ts';

/** Whether the console of an isolate can tell the state of a promise, found out by printing one. */
export async function detailsRow(sandbox: Subject): Promise<DoctorRow> {
  const name = 'console details';
  const { logs, error } = await sandbox.run('console.log(Promise.resolve(5))');
  const text = logs[0]?.text ?? error?.message ?? 'nothing';
  if (text === 'Promise { 5 }') {
    return row(
      name,
      'ok',
      'The console of an isolate shows the states of promises, and what iterators have left.',
    );
  }
  const isAbsent = text === 'Promise { <state unknown> }';
  return row(
    name,
    'weak',
    isAbsent
      ? 'The console of an isolate shows no states of promises, and nothing of iterators: its add-on is not there or not for this Node. The build found no g++, or no headers of V8 beside its Node.'
      : `A promise of 5 is printed as: ${text}`,
    isAbsent ? 'apt-get install g++ libc6-dev, then npm run build with the Node that serves' : null,
  );
}
