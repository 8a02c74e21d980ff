// structuredClone, URL and base64 of what is large, wide or slow.
const wide = Array.from({ length: 1_000 }, (_, index) => ({ index, map: new Map([[index, new Set([index])]]) }));
for (;;) {
  structuredClone(wide);
  atob(btoa('x'.repeat(1e6)));
  new URL(`http://${'a.'.repeat(10_000)}b/?${'q=1&'.repeat(10_000)}`).searchParams.sort();
}
