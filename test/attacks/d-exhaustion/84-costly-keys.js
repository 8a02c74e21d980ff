// Keys and derivations that take minutes in native code, where no isolate is looked at.
const key = await crypto.subtle.importKey('raw', new Uint8Array(32), 'PBKDF2', false, ['deriveBits']);
const derive = () => crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(16), iterations: 2 ** 31 - 1 }, key, 2 ** 20);
const generate = () => crypto.subtle.generateKey({ name: 'RSA-PSS', modulusLength: 16_384, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign']);
for (;;) await Promise.any([derive(), generate(), derive()]).catch(() => 0);
