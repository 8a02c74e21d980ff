import { type Reason, reasons } from '../../packages/protocol/src/reasons.ts';
import { namesOf, runStatuses } from '../../packages/protocol/src/words.ts';
import { cureOfReason } from '../../packages/cli/src/help/cures.ts';
import { code, codes, markdownPage, markdownTable, withCode } from './markdown.ts';

const head = `A run has a \`status\`, how it stands or ended, and a \`reason\`: why it did not go well, null while it runs
and when it succeeded. Of several reasons the first that fires is the run's. \`castellan run\` and \`castellan logs\` exit
with the code of the reason, 0 without one. A check has [codes of its own](check.md) besides these.`;

const kept = `A box may claim a reason about its own script, and what it claims is believed only as far as it harms nobody but
itself; all others are found from outside the box. Where it is said below that the process may be used again, a process that
is [reused](options.md#reuses) for its tenant may run another script afterwards; in all other cases it ends with its run.`;

/** Returns the reference page of the statuses and reasons of a run. */
export function reasonsReference(): string {
  const names = namesOf(reasons);
  return markdownPage('Statuses and reasons', 'the tables of statuses and reasons', [
    head,
    '## Statuses',
    markdownTable(
      ['status', 'means', 'reasons'],
      namesOf(runStatuses).map((status) => [
        code(status),
        runStatuses[status],
        names
          .filter((name) => reasons[name].status === status)
          .map(linkTo)
          .join(' '),
      ]),
    ),
    '## Reasons',
    markdownTable(
      ['reason', 'means', 'status', 'exit code'],
      names.map((name) => {
        const { sentence, status, exitCode } = reasons[name];
        return [linkTo(name), sentence, code(status), `${exitCode}`];
      }),
    ),
    kept,
    ...names.map(sectionOf),
  ]);
}

function linkTo(name: Reason): string {
  return `[${code(name)}](#${name})`;
}

function sectionOf(name: Reason): string {
  const { sentence, status, limits, isClaimable, isHarmless, exitCode } = reasons[name];
  const facts = [
    `Status ${code(status)}, exit code ${exitCode}.`,
    ...(limits.length === 0 ? [] : [`[Limits](limits.md): ${codes(limits)}.`]),
    isClaimable ? 'Found in the box, or from outside.' : 'Found from outside the box.',
    ...(isHarmless ? ['The process may be used again.'] : []),
  ];
  const parts = [sentence, withCode(cureOfReason[name]), facts.join(' ')];
  return [`### ${code(name)}`, ...parts].join('\n\n');
}
