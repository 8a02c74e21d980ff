type Rule = (value: unknown) => string | null;

const text =
  (form: RegExp, what: string): Rule =>
  (value) =>
    typeof value === 'string' && form.test(value) ? null : what;
const size =
  (least: number, most: number): Rule =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most
      ? null
      : `a number from ${least} to ${most}`;
const flag: Rule = (value) => (typeof value === 'boolean' ? null : 'true or false');

const viewportRules: Readonly<Record<string, Rule>> = {
  width: size(1, 10_000),
  height: size(1, 10_000),
  deviceScaleFactor: size(0.1, 10),
  isMobile: flag,
  hasTouch: flag,
  isLandscape: flag,
};

const settingRules: Readonly<Record<string, Rule>> = {
  viewport: (value) => problemIn(value, viewportRules, ['width', 'height']) ?? null,
  locale: text(/^[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*$/, 'a language tag as de-AT'),
  timezone: text(/^[A-Za-z][\w+-]*(?:\/[\w+-]+){0,2}$/, 'a time zone as Europe/Vienna'),
  userAgent: text(/^[\u0020-\u007e]{1,1024}$/, 'a line of 1 to 1024 ASCII characters'),
  colorScheme: text(/^(?:light|dark)$/, 'light or dark'),
};

/** What a run's `browser` must be instead of `value`; null when it is fine. */
export function checkSettings(value: unknown): string | null {
  return typeof value === 'boolean' ? null : problemIn(value, settingRules, []);
}

function problemIn(
  value: unknown,
  rules: Readonly<Record<string, Rule>>,
  needed: readonly string[],
): string | null {
  const names = Object.keys(rules).join(', ');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `true, false or an object with ${names}`;
  }
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  for (const [name, part] of given) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) return `without ${JSON.stringify(name)}; known are ${names}`;
    const expected = rule(part);
    if (expected !== null) return `an object whose ${name} is ${expected}`;
  }
  const missing = needed.find((name) => !given.some(([found]) => found === name));
  return missing === undefined ? null : `an object with ${missing}`;
}
