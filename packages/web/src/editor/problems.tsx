import type { Problem } from '@castellan/protocol';
import type { Jump } from '../results/error.tsx';

/** What is wrong with the script, in words, for whoever does not see or point at squiggles. */
export function Problems({ problems, onJump }: { problems: readonly Problem[]; onJump: Jump }) {
  if (problems.length === 0) return null;
  return (
    <ul class="problems" aria-label="Problems">
      {problems.slice(0, 20).map(({ message, file, line, column }, at) => (
        <li key={at}>
          <button type="button" class="link" onClick={() => onJump(file, line ?? 1, column ?? 1)}>
            {line === null ? 'script' : `line ${line}`}
          </button>{' '}
          <bdi>{message}</bdi>
        </li>
      ))}
    </ul>
  );
}
