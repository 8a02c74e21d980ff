import { findChromium } from '../boxes/browser/find.ts';
import { findMaterials } from '../boxes/browser/materials.ts';
import { bubblewrap } from '../drivers/bubblewrap/bubblewrap.ts';
import type { ChromiumBox } from '../boxes/browser/running.ts';
import { startChromium } from '../boxes/browser/start.ts';
import { type CdpConnection, openConnection } from '../browser/relay/connection.ts';
import { fieldsOf, readIncoming, textOf } from '../browser/relay/messages.ts';
import { openPipe } from '../browser/relay/pipe.ts';
import { type DoctorRow, row } from './report.ts';

/** What pages are written in, a few characters of it, and the smallest package of Debian that shows it. */
const scripts = [
  { name: 'emoji', sample: '🚀🧪', debian: 'fonts-noto-color-emoji' },
  { name: 'Chinese', sample: '漢语', debian: 'fonts-wqy-microhei' },
  { name: 'Japanese', sample: 'かな', debian: 'fonts-wqy-microhei' },
  { name: 'Korean', sample: '한글', debian: 'fonts-wqy-microhei' },
  { name: 'Thai', sample: 'กท', debian: 'fonts-tlwg-garuda-ttf' },
  { name: 'Hindi', sample: 'हन', debian: 'fonts-lohit-deva' },
  { name: 'Arabic', sample: 'عب', debian: 'fonts-dejavu-core' },
] as const;

/** In a page: draws each character, and one that no font has. Gives the samples that look the same. */
const lookAt = (samples: readonly string[]): string => `(() => {
  const canvas = new OffscreenCanvas(48, 48);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.font = '32px sans-serif';
  const draw = (text) => {
    context.clearRect(0, 0, 48, 48);
    context.fillText(text, 2, 38);
    return context.getImageData(0, 0, 48, 48).data.join();
  };
  const nothing = [draw('\\u{10ffff}'), draw('\\ufffe'), draw('')];
  const isMissing = (sample) => [...sample].some((character) => nothing.includes(draw(character)));
  return JSON.stringify(${JSON.stringify(samples)}.filter(isMissing));
})()`;

/** Whether pages of the world's larger languages can be read in pictures of them, tested by drawing. */
export async function fontsRow(executablePath?: string): Promise<DoctorRow> {
  try {
    const chromium = await findChromium(executablePath);
    if ('detail' in chromium) return row('fonts', 'info', 'There is no browser to draw with.');
    await using box = await startChromium(await findMaterials(chromium, bubblewrap()), undefined);
    return rowOf(await missingIn(box));
  } catch (error) {
    return row('fonts', 'weak', `Fonts cannot be tried: ${(error as Error).message}`);
  }
}

/** The row for the samples that no font shows. */
export function rowOf(missing: readonly string[]): DoctorRow {
  const without = scripts.filter(({ sample }) => missing.includes(sample));
  const names = (found: readonly { readonly name: string }[]): string =>
    found.map(({ name }) => name).join(', ');
  if (without.length === 0) return row('fonts', 'ok', `Pages show ${names(scripts)}.`);
  const packages = [...new Set(without.map(({ debian }) => debian))].join(' ');
  return row(
    'fonts',
    'weak',
    `Pages show boxes in the place of ${names(without)}: no font has the characters.`,
    `sudo apt-get install fontconfig ${packages}`,
  );
}

async function missingIn(box: ChromiumBox): Promise<readonly string[]> {
  const cdp = speakTo(box);
  const { targetId } = await cdp.ask('Target.createTarget', { url: 'about:blank' });
  const attached = await cdp.ask('Target.attachToTarget', { targetId, flatten: true });
  const expression = lookAt(scripts.map(({ sample }) => sample));
  const session = textOf(attached['sessionId']);
  const { result } = await cdp.ask('Runtime.evaluate', { expression }, session);
  return JSON.parse(textOf(fieldsOf(result)['value'])) as string[];
}

/** No script has this browser, so no relay stands before it. */
function speakTo(box: ChromiumBox): CdpConnection {
  const cdp: CdpConnection = openConnection(
    openPipe(
      box.commands,
      box.answers,
      {
        message(message) {
          const incoming = readIncoming(message);
          if (incoming?.kind === 'answer') cdp.settle(incoming.id, incoming.rest);
        },
        tooLarge: () => undefined,
      },
      () => undefined,
    ),
  );
  return cdp;
}
