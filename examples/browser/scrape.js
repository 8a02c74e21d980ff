// Puppeteer loads the page, cheerio parses its HTML: convenient when there is much to extract.
import * as cheerio from 'cheerio';

await page.goto(`${params.url}prices`);
const $ = cheerio.load(await page.content());
return $('tr')
  .toArray()
  .map((row) => $(row).find('td').first().text().trim());
