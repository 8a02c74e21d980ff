import { type LimitName, limitTable, type Reason, type Run } from '@castellan/protocol';
import { type OptionRow, runOptions } from '../args/table.ts';
import { exactDuration, exactSize } from '../args/units.ts';

type Advice = (run: Run, withheld: ReadonlyMap<string, string>) => string | null;

const allowModule =
  'castellan runtime list NAME shows which packages and Node built-ins there are; --allow-module NAME allows one. Files beside the script are imported by relative names, as in "./lib.js".';

/** What a person can do about each reason; `null` when there is nothing better than the message. */
const advices: Readonly<Record<Reason, Advice | null>> = {
  uncaught_exception: null,
  syntax_error: syntaxAdvice,
  no_entry: () =>
    'Return a value, let the last statement be an expression, declare function execute(params), or export a default function.',
  exit_nonzero: null,
  value_not_serializable: () =>
    'Return what JSON can carry: Object.fromEntries(map), [...set], String(bigint), Array.from(bytes).',
  wall_timeout: (run) => moreOf(run, 'wallMs'),
  cpu_timeout: (run) => moreOf(run, 'cpuMs'),
  out_of_memory: (run) => moreOf(run, 'memoryBytes'),
  output_limit: (run) => {
    const isValue = run.error?.message.startsWith('The returned value') === true;
    return moreOf(run, isValue ? 'valueBytes' : 'outputBytes');
  },
  artifact_limit: (run) => {
    const isCount = run.artifacts.length >= run.limits.artifactCount;
    return moreOf(run, isCount ? 'artifactCount' : 'artifactBytes');
  },
  process_limit: null,
  module_denied: () => allowModule,
  module_not_found: notFoundAdvice,
  policy_violation: () => 'The kernel ended the script at that call. Do not give it more rights.',
  engine_crashed: () => 'The box ended with the engine; nothing of it is used again.',
  browser_crashed: null,
  cancelled: null,
  queue_ttl: null,
  worker_lost: null,
  box_failed: () => 'castellan doctor says what is missing on this machine.',
};

/** One sentence on what to do next, or `null`. */
export function adviceFor(run: Run, withheld: ReadonlyMap<string, string>): string | null {
  return run.reason === null ? null : (advices[run.reason]?.(run, withheld) ?? null);
}

/** The option that sets the limit, as it was and twice as high. */
function moreOf(run: Run, limit: LimitName): string {
  const [option] =
    Object.entries<OptionRow>(runOptions).find(([, row]) => row.limit === limit) ?? [];
  const show = { ms: exactDuration, bytes: exactSize, count: String }[limitTable[limit].unit];
  const had = run.limits[limit];
  return `It had --${option} ${show(had)}. To give it more: --${option} ${show(Math.max(1, had) * 2)}`;
}

function syntaxAdvice({ error }: Run): string | null {
  if (error?.message.includes('strip-only') === true) {
    return 'TypeScript types are taken out, not compiled: enum, namespace and parameter properties have no JavaScript to become.';
  }
  if (error?.file != null && /\.[cm]?js$/.test(error.file) && error.file !== 'script.js') {
    return 'If this is TypeScript, let the name of the file end in .ts.';
  }
  return null;
}

function notFoundAdvice(_: Run, withheld: ReadonlyMap<string, string>): string {
  if (withheld.size === 0) {
    return 'A script is given the files of its own folder and below that it names in plain quotes.';
  }
  const shown = [...withheld].slice(0, 5).map(([path, why]) => `${path}: ${why}`);
  const more = withheld.size > shown.length ? [`and ${withheld.size - shown.length} more`] : [];
  return ['Not taken along:', ...shown, ...more].join('\n  ');
}
