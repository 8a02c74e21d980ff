/** Longer names are cut before anything else is done with them. */
const mostUnits = 1_024;
/** File systems take 255; the number that sets two names apart has to fit, too. */
const mostBytes = 200;
/** Bytes of an ending that stays when a name is cut. */
const mostEndingBytes = 32;

/** What Windows takes for a device, whatever the ending is. */
const devices = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?=\.|$)/i;

/** Joiners belong to the words of some scripts and to some emoji; elsewhere nobody sees them. */
const strayJoiners =
  /(?<![[\p{Lo}--[\p{Ideographic}\p{scx=Hang}\p{scx=Kana}]]\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}])[\u200c\u200d]|[\u200c\u200d](?![[\p{Lo}--[\p{Ideographic}\p{scx=Hang}\p{scx=Kana}]]\p{Extended_Pictographic}])/gv;

/**
 * Turns any name into one path segment that is safe on every system and displays as it is, with letters
 * of any script: folders are joined with `_`; leading dots, control characters and bidirectional marks
 * are dropped.
 */
export function cleanName(given: string): string {
  const joined = given
    .slice(0, mostUnits)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu, '')
    .replace(strayJoiners, '')
    .normalize('NFC')
    .split(/[\\/]+/)
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
    .join('_')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .replace(devices, '_$&');
  return joined === '' ? 'artifact' : cut(joined);
}

/** Keeps the ending, by which programs know what a file is. */
function cut(name: string): string {
  if (Buffer.byteLength(name) <= mostBytes) return name;
  const ending = /\.[^.\s]+$/.exec(name)?.[0] ?? '';
  const kept = Buffer.byteLength(ending) <= mostEndingBytes ? ending : '';
  const stem = name.slice(0, name.length - kept.length);
  return beginning(stem, mostBytes - Buffer.byteLength(kept)) + kept;
}

function beginning(text: string, most: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > most) break;
    end += character.length;
  }
  return text.slice(0, end).replace(strayJoiners, '').trimEnd();
}
