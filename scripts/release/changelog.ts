/** A release in the changelog. */
export interface Cut {
  /** The section of the release alone. */
  readonly section: string;
  /** The whole changelog with it, and with an empty section for what comes next. */
  readonly whole: string;
}

const heading = '## [Unreleased]\n';

/**
 * Makes what is unreleased a release of this day. A version that has a section already keeps it: the
 * release is made again, from its tag. Throws if there is nothing to release.
 */
export function cutRelease(changelog: string, version: string, day: string): Cut {
  const start = changelog.indexOf(heading);
  if (start === -1) throw new Error(`The changelog has no ${heading.trim()}.`);
  const own = changelog.indexOf(`## [${version}]`);
  if (own !== -1) return { section: changelog.slice(own, endOf(changelog, own)), whole: changelog };
  const end = endOf(changelog, start);
  const body = changelog.slice(start + heading.length, end).replace(/^\nWill be .*\n/, '');
  if (!/^- /m.test(body)) throw new Error('The changelog says nothing of what is unreleased.');
  const section = `## [${version}] - ${day}\n${body}`;
  const whole = `${changelog.slice(0, start)}${heading}\n${section}${changelog.slice(end)}`;
  return { section, whole };
}

/** Where the section that starts at `start` ends. */
function endOf(changelog: string, start: number): number {
  const next = changelog.indexOf('\n## [', start);
  return next === -1 ? changelog.length : next + 1;
}
