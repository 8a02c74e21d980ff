// Settings that hold for a whole process or machine: engines and providers of OpenSSL, authorities, agents, FIPS.
const { report } = require('./report.js');
const crypto = require('node:crypto');
const tls = require('node:tls');
const r = report();
const { file } = params.targets;
for (const engine of [file, 'dynamic', '/scratch/own.so', 'pkcs11']) r.attempt(`engine ${engine}`, () => { if (crypto.setEngine(engine, crypto.constants.ENGINE_METHOD_ALL)) r.reach(engine); });
r.attempt('fips', () => crypto.setFips(true));
r.attempt('config', () => tls.createSecureContext({ sigalgs: 'x', privateKeyEngine: 'dynamic', privateKeyIdentifier: file }));
r.attempt('a file of keys', () => { process.env.NODE_EXTRA_CA_CERTS = file; process.env.SSLKEYLOGFILE = '/castellan/keys'; process.env.OPENSSL_CONF = file; return tls.getCACertificates('extra').length; });
r.attempt('authorities', () => tls.setDefaultCACertificates([]));
r.attempt('system', () => tls.getCACertificates('system').length);
r.attempt('unsafe', () => { process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; });
r.attempt('ciphers', () => { tls.DEFAULT_CIPHERS = 'NULL'; tls.DEFAULT_MIN_VERSION = 'TLSv1'; });
return r.done();
