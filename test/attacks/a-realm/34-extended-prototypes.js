// Enumerable properties on Object.prototype, Array.prototype and Function.prototype: what the
// platform loads only when it is first used must not trip over them.
async function execute() {
  for (const owner of [Object, Array, Function]) owner.prototype.extended = 'by the script';
  console.log({ a: 1 }, [1]);
  await artifacts.write('a', new TextEncoder().encode('b'));
  const results = [await echo({ a: [1] }), echoSync([1]), structuredClone({ a: 1 }).a, new URL('http://a/?b=1').searchParams.get('b'), btoa('a')];
  return results;
}
