// A few kilobytes that become gigabytes: streams of decompression, in the box this time.
const zeros = new Uint8Array(2 ** 20);
const pack = async (format, bytes) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer());
const kept = [];
for (const format of ['gzip', 'deflate', 'deflate-raw']) {
  const once = await pack(format, zeros);
  for (let count = 0; count < 400; count++) {
    kept.push(await new Response(new Blob([once]).stream().pipeThrough(new DecompressionStream(format))).arrayBuffer());
  }
}
return kept.length;
