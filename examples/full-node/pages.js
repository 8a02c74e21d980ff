// A browser and files together: takes a screenshot of each page and writes them into one archive.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const words = params.words ?? ['tea', 'cake'];
const sizes = {};
for (const word of words) {
  await page.setContent(`<h1 style="font: 90px serif">${word}</h1>`);
  const picture = await page.screenshot({ path: `pictures/${word}.png` });
  sizes[word] = picture.length > 1_000;
}
await pipeline([await page.content()], createGzip(), createWriteStream('last-page.html.gz'));
return sizes;
