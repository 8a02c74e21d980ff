import {
  CastellanError,
  type DriverName,
  type EngineName,
  type IsolationChoice,
  type IsolationOffer,
  type Layer,
  namesOf,
} from '@castellan/protocol';
import { type BoxUsers, choicesOf, defaultBoxUsers } from '@castellan/protocol/kinds';
import type { BoxParts, RunnerCheck, Runners } from './boxes/runner/box.ts';
import { runners } from './boxes/runner/runners.ts';
import { bubblewrap } from './drivers/bubblewrap/bubblewrap.ts';
import { docker, type DockerOptions } from './drivers/docker/docker.ts';
import type { Diagnosis, Driver } from './drivers/driver.ts';
import { gvisor } from './drivers/gvisor/gvisor.ts';
import { none } from './drivers/none/none.ts';
import { oci } from './drivers/oci/oci.ts';
import { refuseTaken } from './walls/box-users.ts';
import type { Cgroups } from './walls/cgroup/cgroups.ts';

/** What builds the boxes of a sandbox. */
export interface ChosenDriver {
  readonly runners: Runners;
  /** What builds the boxes beside them; null where the runners have none. */
  readonly driver: Driver | null;
}

type DriverOptions = DockerOptions & { readonly users?: BoxUsers };

interface DriverRow {
  readonly make: (options?: DriverOptions) => Driver;
  /** Layers that its boxes never have. */
  readonly lacks: readonly Layer[];
  /** Whether `auto` leaves it out. */
  readonly isNamedOnly?: boolean;
}

/** Drivers that put up walls. `auto` takes them in this order: the first lacks the least. */
export const builders = {
  bubblewrap: { make: bubblewrap, lacks: ['gvisor'] },
  oci: {
    make: ({ users = defaultBoxUsers } = {}) => oci({ users }),
    lacks: ['gvisor', 'nouserns'],
  },
  gvisor: {
    make: ({ users = defaultBoxUsers } = {}) => gvisor({ users }),
    lacks: ['landlock', 'mute', 'nocaps', 'nocode', 'nodump', 'nouserns', 'rlimits'],
  },
  docker: { make: docker, lacks: ['gvisor', 'nouserns'], isNamedOnly: true },
} as const satisfies Readonly<Record<Exclude<DriverName, 'none'>, DriverRow>>;

const rows: Readonly<Record<BoxDriver, DriverRow>> = builders;
const automatic = namesOf(builders).filter((name) => rows[name].isNamedOnly !== true);

/** A driver that puts up walls. */
export type BoxDriver = keyof typeof builders;

/** What a sandbox needs of its boxes. */
export interface Wanted {
  readonly engine: EngineName;
  /** Layers without which a box is of no use. */
  readonly floor: readonly Layer[];
  /** Whom boxes are on the machine, where the launcher is root. */
  readonly users?: BoxUsers | undefined;
  readonly docker?: DockerOptions | undefined;
}

/**
 * Returns the drivers for the option `isolation`, each once, the first one first. Throws
 * `isolation_unavailable` with what is missing and how to fix it.
 */
export async function chooseDrivers(
  offer: IsolationOffer,
  parts: BoxParts,
  cgroups: Cgroups,
  wanted: Wanted,
): Promise<readonly [ChosenDriver, ...ChosenDriver[]]> {
  const [first, ...others] = choicesOf(offer);
  const chosen: [ChosenDriver, ...ChosenDriver[]] = [
    await chooseDriver(first ?? 'auto', parts, cgroups, wanted),
  ];
  for (const choice of others) {
    const next = await chooseDriver(choice, parts, cgroups, wanted);
    if (chosen.every(({ runners: { driver } }) => driver !== next.runners.driver))
      chosen.push(next);
  }
  return chosen;
}

/** `auto` is the first that builds a box here and can reach the floor, never `docker` or `none`. */
async function chooseDriver(
  isolation: IsolationChoice,
  parts: BoxParts,
  cgroups: Cgroups,
  { engine, floor, users = defaultBoxUsers, docker: daemon = {} }: Wanted,
): Promise<ChosenDriver> {
  if (process.geteuid?.() === 0) refuseTaken(users);
  if (isolation === 'none') return { runners: none(parts), driver: null };
  let failure: Diagnosis | undefined;
  for (const name of isolation === 'auto' ? automatic : [isolation]) {
    const made = runners(builders[name].make({ ...daemon, users }), parts, cgroups);
    const { ok, detail, fix } = refusalOf(name, floor) ?? (await made.check(engine));
    // Gateway and browser need what no bundle of an ordinary user can give them.
    if (ok) return { runners: made, driver: bubblewrap({ users }) };
    // What the first one lacks is what is mended first.
    failure ??= { detail, fix };
  }
  throw new CastellanError('isolation_unavailable', failure?.detail ?? '', {
    fix: failure?.fix ?? null,
    option: 'isolation',
    value: isolation,
  });
}

function refusalOf(name: BoxDriver, floor: readonly Layer[]): RunnerCheck | undefined {
  const missing = missingIn(name, floor);
  if (missing.length === 0) return undefined;
  const detail = `The floor asks for ${missing.join(', ')}, which boxes of ${name} never have.`;
  const able = namesOf(builders).filter((other) => missingIn(other, floor).length === 0);
  const other = able.length === 0 ? 'A' : `isolation ${able.join(' or ')}, or a`;
  return { ok: false, detail, fix: `${other} floor without it and without hardened.` };
}

const missingIn = (name: BoxDriver, floor: readonly Layer[]): Layer[] =>
  floor.filter((layer) => rows[name].lacks.includes(layer));

/**
 * Throws where there is no cgroup: nothing else measures what the processes of a script use
 * together.
 */
export function needCgroup({ driver }: Runners, { mode, detail }: Cgroups): void {
  if (mode !== 'none' || driver === 'none') return;
  throw new CastellanError(
    'isolation_unavailable',
    `childProcesses needs a cgroup, which bounds what they use together: ${detail}.`,
    { option: 'childProcesses', value: true },
  );
}
