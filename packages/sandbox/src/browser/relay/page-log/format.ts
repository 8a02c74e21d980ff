import { innerText, valueText } from './values.ts';
import { fieldsOf, textOf } from '../messages.ts';

/**
 * The arguments of a call to the console as one text. The first may be a format: Chromium has made
 * numbers of what stands for `%d`, `%i` and `%f`, and leaves it to us to put everything in its place.
 */
export function formatted(args: readonly unknown[]): string {
  const [first, ...rest] = args;
  if (fieldsOf(first)['type'] !== 'string') return args.map(valueText).join(' ');
  let used = 0;
  const text = textOf(fieldsOf(first)['value']).replaceAll(/%[sdifoOcj%]/g, (mark) => {
    if (mark === '%%') return rest.length === 0 ? mark : '%';
    if (used >= rest.length) return mark;
    const given = rest[used++];
    if (mark === '%c') return '';
    return 'oOj'.includes(mark.slice(1)) ? innerText(given) : valueText(given);
  });
  return [text, ...rest.slice(used).map(valueText)].join(' ');
}
