// Makes tokens with every algorithm, and bad ones, without a library that would refuse to.
import crypto from 'node:crypto';

const { constants } = crypto;
const base64url = (value) =>
  Buffer.from(typeof value === 'object' && !Buffer.isBuffer(value) ? JSON.stringify(value) : value).toString('base64url');

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const ways = {
  HS: (content, key, hash) => crypto.createHmac(hash, key).update(content).digest(),
  RS: (content, key, hash) => crypto.sign(hash, content, key),
  PS: (content, key, hash) => crypto.sign(hash, content, { key, ...pss }),
  ES: (content, key, hash) => crypto.sign(hash, content, { key, dsaEncoding: 'ieee-p1363' }),
  Ed: (content, key) => crypto.sign(null, content, key),
};

export const now = () => Math.floor(Date.now() / 1000);

export const claims = (more = {}, hasura = {}) => ({
  iat: now(),
  exp: now() + 3600,
  'https://hasura.io/jwt/claims': {
    'x-hasura-allowed-roles': ['reader', 'editor'],
    'x-hasura-default-role': 'reader',
    'X-Hasura-Status': 'failed',
    ...hasura,
  },
  ...more,
});

// `header` may say something else than what signs it.
export function sign(algorithm, key, payload = claims(), header = {}) {
  const content = `${base64url({ alg: algorithm, typ: 'JWT', ...header })}.${base64url(payload)}`;
  const way = ways[algorithm.slice(0, 2)];
  return `${content}.${base64url(way(Buffer.from(content), key, `sha${algorithm.slice(2)}`))}`;
}

export const unsigned = (header, payload = claims(), signature = '') =>
  `${base64url(header)}.${base64url(payload)}.${signature}`;

export const keyPairs = {
  rsa: crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }),
  other: crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }),
  weak: crypto.generateKeyPairSync('rsa', { modulusLength: 1024 }),
  p256: crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  p384: crypto.generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  p521: crypto.generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519: crypto.generateKeyPairSync('ed25519'),
};
export const pem = (pair, type = 'spki') => pair.publicKey.export({ type, format: 'pem' });
export const jwk = (pair, more = {}) => ({ ...pair.publicKey.export({ format: 'jwk' }), ...more });
