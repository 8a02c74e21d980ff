import type { Tab } from './playground.support.ts';

/** A file of PDF with these objects, numbered from 1, of which the first is its catalogue. */
export function pdf(objects: readonly string[]): string {
  let text = '%PDF-1.7\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const table = text.length;
  const count = objects.length + 1;
  return `${text}xref\n0 ${count}\n0000000000 65535 f \n${places.join('')}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF`;
}

export const stream = (text: string): string =>
  `<< /Length ${text.length} >>\nstream\n${text}\nendstream`;

/** One page, on which a black square is drawn. */
export function onePage({
  root = '',
  page = '',
  size = '200 200',
  draws = '0 g 20 20 100 100 re f',
  more = [] as readonly string[],
} = {}): string {
  return pdf([
    `<< /Type /Catalog /Pages 2 0 R ${root} >>`,
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size}] /Contents 4 0 R ${page} >>`,
    stream(draws),
    ...more,
  ]);
}

/** How many pixels of the picture are dark, and its sides. */
export function darkness({ page }: Tab, name: string) {
  return page.getByRole('img', { name: `of ${name}` }).evaluate((element) => {
    interface Context {
      drawImage(from: unknown, x: number, y: number): void;
      getImageData(...sides: readonly number[]): { data: Uint8ClampedArray };
    }
    interface Canvas {
      readonly width: number;
      readonly height: number;
      cloneNode(): { getContext(kind: '2d'): Context };
    }
    const canvas = element as unknown as Canvas;
    const { width, height } = canvas;
    const context = canvas.cloneNode().getContext('2d');
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const dark = data.filter((value, at) => at % 4 === 0 && value < 100).length;
    return { width, height, dark };
  });
}
