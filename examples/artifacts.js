// castellan run examples/artifacts.js --out artifacts

const rows = Array.from({ length: 10 }, (_, index) => [index + 1, (index + 1) ** 2]);
const csv = ['n,square', ...rows.map((row) => row.join(','))].join('\n');
await artifacts.write('squares.csv', `${csv}\n`, { contentType: 'text/csv' });
return rows.length;
