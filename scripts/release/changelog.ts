/** A release in the changelog. */
export interface Cut {
  /** The section of the release alone. */
  readonly section: string;
  /** The whole changelog with it, and with an empty section for what comes next. */
  readonly whole: string;
}

const heading = '## [Unreleased]\n';

/**
 * Makes what is unreleased a release of this day. Throws if there is nothing, or if the version has a
 * section already.
 */
export function cutRelease(changelog: string, version: string, day: string): Cut {
  const start = changelog.indexOf(heading);
  if (start === -1) throw new Error(`The changelog has no ${heading.trim()}.`);
  if (changelog.includes(`## [${version}]`)) {
    throw new Error(`The changelog has a section of ${version} already.`);
  }
  const next = changelog.indexOf('\n## [', start);
  const end = next === -1 ? changelog.length : next + 1;
  const body = changelog.slice(start + heading.length, end).replace(/^\nWill be .*\n/, '');
  if (!/^- /m.test(body)) throw new Error('The changelog says nothing of what is unreleased.');
  const section = `## [${version}] - ${day}\n${body}`;
  const whole = `${changelog.slice(0, start)}${heading}\n${section}${changelog.slice(end)}`;
  return { section, whole };
}
