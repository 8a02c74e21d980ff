// `page` is an open tab. The function passed to $$eval runs in the page.
await page.goto(`${params.url}prices`);
return page.$$eval('tbody tr', (rows) =>
  rows.map((row) => {
    const [name, price] = [...row.cells].map((cell) => cell.textContent.trim());
    return { name, price: Number(price) };
  }),
);
