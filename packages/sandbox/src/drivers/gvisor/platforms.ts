import { readFileSync } from 'node:fs';
import type { Diagnosis, Enclosed } from '../driver.ts';
import { giveUp } from '../give-up.ts';

interface PlatformRow {
  /** Whether trying it can end well; one that cannot has been seen to hang instead. */
  readonly isPossible: () => boolean;
}

/** How gVisor comes between a program and the machine, the best first. */
const platforms = {
  systrap: { isPossible: () => true },
  kvm: { isPossible: hasVirtualization },
  ptrace: { isPossible: () => true },
} as const satisfies Readonly<Record<string, PlatformRow>>;
/** How gVisor comes between a program and the machine. */
export type Platform = keyof typeof platforms;

const names = Object.keys(platforms) as Platform[];

/**
 * The first platform on which a box says that gVisor is its kernel. `start` starts one in which a program
 * asks for it. One that says nothing within `patienceMs` is killed with all that belongs to it.
 */
export async function findPlatform(
  start: (platform: Platform) => Enclosed,
  diagnose: (lastWords: string) => Diagnosis,
  patienceMs: number,
): Promise<Platform | Diagnosis> {
  let failure: Diagnosis = { detail: 'gVisor knows no platform.', fix: null };
  for (const platform of names.filter((name) => platforms[name].isPossible())) {
    const said = await lastWordsOf(start(platform), patienceMs);
    if (/^kernel: .*gvisor/im.test(said)) return platform;
    // An older runsc knows fewer platforms; why the last one failed says more.
    failure = diagnose(said === '' ? silence(platform, patienceMs) : said);
  }
  return failure;
}

const silence = (platform: Platform, patienceMs: number): string =>
  `runsc --platform=${platform} gave no answer in ${patienceMs} ms`;

async function lastWordsOf(enclosed: Enclosed, patienceMs: number): Promise<string> {
  const timer = setTimeout(enclosed.kill, patienceMs);
  await enclosed.watched.ended;
  clearTimeout(timer);
  return giveUp(enclosed);
}

/** Without it gVisor's `kvm` waits for ever, at full load. */
function hasVirtualization(): boolean {
  return /^flags\s*:.*\b(?:vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'latin1'));
}
