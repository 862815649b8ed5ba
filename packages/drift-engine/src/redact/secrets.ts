/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

/*
 * Heuristics for secrets that no sensitivity mask covers. They are data: each
 * row says why it is there. A missed secret leaks, a false alarm hides a value
 * that people need to judge a difference; rows are chosen for the first without
 * giving up on the second.
 */

interface NameRule {
  /** Words of the name that follow each other. */
  words: string[];
  reason: string;
}

/** Names whose string values are secrets. */
const SECRET_NAMES: readonly NameRule[] = [
  { words: ['password'], reason: 'a password' },
  { words: ['passwords'], reason: 'passwords' },
  { words: ['passwd'], reason: 'a password, in Unix spelling' },
  { words: ['pwd'], reason: 'a password, in database connection settings' },
  { words: ['passphrase'], reason: 'unlocks a private key' },
  { words: ['passcode'], reason: 'a short password' },
  { words: ['secret'], reason: 'a secret by its own name' },
  { words: ['secrets'], reason: 'secrets by their own name' },
  { words: ['token'], reason: 'a bearer token' },
  { words: ['tokens'], reason: 'bearer tokens' },
  { words: ['credential'], reason: 'a credential' },
  { words: ['credentials'], reason: 'credentials' },
  { words: ['api', 'key'], reason: 'an API key authenticates its bearer' },
  { words: ['apikey'], reason: 'an API key authenticates its bearer' },
  { words: ['access', 'key'], reason: 'cloud storage and IAM access keys' },
  { words: ['accesskey'], reason: 'cloud storage and IAM access keys' },
  { words: ['account', 'key'], reason: 'Azure storage account key' },
  { words: ['accountkey'], reason: 'Azure storage account key' },
  { words: ['shared', 'key'], reason: 'VPN pre-shared and Azure shared keys' },
  { words: ['preshared', 'key'], reason: 'VPN pre-shared key' },
  { words: ['primary', 'key'], reason: 'Azure service key' },
  { words: ['secondary', 'key'], reason: 'Azure service key' },
  { words: ['master', 'key'], reason: 'opens everything below it' },
  { words: ['private', 'key'], reason: 'the secret half of a key pair' },
  { words: ['privatekey'], reason: 'the secret half of a key pair' },
  { words: ['signing', 'key'], reason: 'forges signatures' },
  { words: ['encryption', 'key'], reason: 'decrypts data' },
  { words: ['license', 'key'], reason: 'is sold, and bound to its owner' },
  { words: ['auth', 'key'], reason: 'authenticates its bearer' },
  { words: ['host', 'key'], reason: 'Azure function host key' },
  { words: ['function', 'key'], reason: 'Azure function key' },
  { words: ['connection', 'string'], reason: 'usually holds a password' },
  { words: ['connectionstring'], reason: 'usually holds a password' },
  { words: ['sas', 'url'], reason: 'an Azure URL with a signature inside' },
  { words: ['kube', 'config'], reason: 'holds client keys or tokens' },
  { words: ['kubeconfig'], reason: 'holds client keys or tokens' },
  { words: ['dockerconfigjson'], reason: 'holds registry passwords' },
  { words: ['htpasswd'], reason: 'holds password hashes' },
];

/** Last words that make the name one *about* a secret. */
const ABOUT_A_SECRET: readonly { word: string; reason: string }[] = [
  { word: 'id', reason: 'identifies a secret, e.g. kms_key_id, secret_id' },
  { word: 'ids', reason: 'identifies secrets' },
  { word: 'arn', reason: 'an address in AWS, e.g. secret_arn' },
  { word: 'arns', reason: 'addresses in AWS' },
  { word: 'name', reason: 'the name of a secret, e.g. secret_name' },
  { word: 'names', reason: 'names of secrets' },
  { word: 'prefix', reason: 'the beginning of a name' },
  { word: 'policy', reason: 'a rule, e.g. password_policy' },
  { word: 'policies', reason: 'rules' },
  { word: 'ttl', reason: 'a time, e.g. token_ttl' },
  { word: 'expiry', reason: 'a time' },
  { word: 'expiration', reason: 'a time' },
  { word: 'lifetime', reason: 'a time' },
  { word: 'validity', reason: 'a time' },
  { word: 'duration', reason: 'a time' },
  { word: 'timeout', reason: 'a time' },
  { word: 'age', reason: 'a time' },
  { word: 'days', reason: 'a time' },
  { word: 'hours', reason: 'a time' },
  { word: 'minutes', reason: 'a time' },
  { word: 'seconds', reason: 'a time' },
  { word: 'date', reason: 'a time' },
  { word: 'time', reason: 'a time' },
  { word: 'at', reason: 'a time, e.g. password_updated_at' },
  { word: 'rotation', reason: 'a setting' },
  { word: 'length', reason: 'a number' },
  { word: 'count', reason: 'a number' },
  { word: 'limit', reason: 'a number, e.g. token_limit' },
  { word: 'version', reason: 'a number, e.g. secret_version' },
  { word: 'versions', reason: 'numbers' },
  { word: 'wo', reason: 'a write-only attribute, which is never in a plan' },
  { word: 'type', reason: 'a kind, e.g. token_type' },
  { word: 'types', reason: 'kinds' },
  { word: 'format', reason: 'a kind' },
  { word: 'algorithm', reason: 'a kind' },
  { word: 'method', reason: 'a kind' },
  { word: 'mode', reason: 'a kind' },
  { word: 'usage', reason: 'a kind' },
  { word: 'source', reason: 'where a secret comes from' },
  { word: 'provider', reason: 'where a secret comes from' },
  { word: 'store', reason: 'where a secret is kept' },
  { word: 'manager', reason: 'where a secret is kept' },
  { word: 'vault', reason: 'where a secret is kept' },
  { word: 'location', reason: 'where a secret is kept' },
  { word: 'path', reason: 'where a secret is kept' },
  { word: 'ref', reason: 'a reference' },
  { word: 'reference', reason: 'a reference' },
  { word: 'uri', reason: 'an address, e.g. key_vault_secret_uri' },
  { word: 'endpoint', reason: 'an address, e.g. token_endpoint' },
  { word: 'audience', reason: 'public by nature' },
  { word: 'audiences', reason: 'public by nature' },
  { word: 'issuer', reason: 'public by nature' },
  { word: 'scope', reason: 'public by nature' },
  { word: 'scopes', reason: 'public by nature' },
  { word: 'status', reason: 'a state' },
  { word: 'state', reason: 'a state' },
  { word: 'enabled', reason: 'a switch' },
  { word: 'disabled', reason: 'a switch' },
  { word: 'required', reason: 'a switch' },
  { word: 'allowed', reason: 'a switch' },
  { word: 'description', reason: 'prose' },
  { word: 'label', reason: 'prose' },
  { word: 'hint', reason: 'prose' },
];

/** Words anywhere in a name that make it harmless. */
const HARMLESS_WORDS: readonly { word: string; reason: string }[] = [
  { word: 'public', reason: 'public_key, public_access_key' },
  { word: 'max', reason: 'a number, e.g. max_tokens' },
  { word: 'min', reason: 'a number, e.g. min_password_length' },
  { word: 'minimum', reason: 'a number' },
  { word: 'maximum', reason: 'a number' },
];

/** Names that hold a secret only when the value looks random. */
const SUSPICIOUS_WORDS: readonly { word: string; reason: string }[] = [
  { word: 'key', reason: 'key material, but also the key of a map or object' },
  { word: 'auth', reason: 'credentials, but also the name of a method' },
  { word: 'authorization', reason: 'a header, but also a mode' },
  { word: 'signature', reason: 'a signed right, but also a function type' },
  { word: 'cookie', reason: 'a session, but also a setting' },
  { word: 'session', reason: 'a session, but also a setting' },
  { word: 'hash', reason: 'a password hash, but also a checksum' },
  { word: 'salt', reason: 'part of a password hash' },
  { word: 'seed', reason: 'makes keys, but also test data' },
  { word: 'psk', reason: 'a pre-shared key, but also a switch' },
  { word: 'sas', reason: 'a shared access signature, but also a mode' },
  { word: 'license', reason: 'a licence key, but also its kind' },
  { word: 'webhook', reason: 'a URL that anyone may call' },
];

interface ValueRule {
  id: string;
  pattern: RegExp;
  reason: string;
}

/** Values that are secrets whatever their name. Every pattern is linear in the length of the text. */
const SECRET_VALUES: readonly ValueRule[] = [
  {
    id: 'aws-access-key',
    pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16,124}\b/,
    reason: 'AWS access key id; half of a credential, and names its account',
  },
  {
    id: 'github-token',
    pattern: /\bgh[pousr]_[A-Za-z0-9]{10,255}/,
    reason: 'GitHub token',
  },
  {
    id: 'github-fine-grained-token',
    pattern: /\bgithub_pat_[A-Za-z0-9_]{10,255}/,
    reason: 'GitHub fine-grained token',
  },
  {
    id: 'gitlab-token',
    pattern: /\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{10,255}/,
    reason: 'GitLab token',
  },
  {
    id: 'slack-token',
    pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,255}/,
    reason: 'Slack token',
  },
  {
    id: 'slack-webhook',
    pattern: /\bhooks\.slack\.com\/services\/[A-Za-z0-9/_-]{10,255}/,
    reason: 'whoever knows the URL may post',
  },
  {
    id: 'private-key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s:,-]|\\[nr])*/,
    reason: 'PEM private key',
  },
  {
    id: 'age-key',
    pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{20,100}/,
    reason: 'age private key',
  },
  {
    id: 'jwt',
    pattern:
      /\beyJ[A-Za-z0-9_-]{5,4096}\.[A-Za-z0-9_-]{4,8192}(?:\.[A-Za-z0-9_-]{0,4096}){0,3}/,
    reason: 'JSON web token, signed or encrypted, also when cut off',
  },
  {
    id: 'connection-string',
    pattern:
      /\b(?:password|pwd|passwd|accountkey|sharedaccesskey|sharedsecret)\s?=\s?[^;\s"'&]{3,1024}/i,
    reason: 'password or key in a connection string',
  },
  {
    id: 'url-credentials',
    pattern:
      /\b[a-z][a-z0-9+.-]{1,32}:\/\/[^/\s:@"']{0,256}:[^/\s@"']{1,1024}@/i,
    reason: 'password in a URL',
  },
  {
    id: 'azure-sas',
    pattern: /[?&]sig=[A-Za-z0-9%+/=]{20,512}/,
    reason: 'Azure shared access signature',
  },
  {
    id: 'signature',
    pattern: /\bsignature=[A-Za-z0-9%+/=_-]{20,1024}/i,
    reason: 'the right that a signed AWS or Google URL gives',
  },
  {
    id: 'azure-client-secret',
    pattern: /\b[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}/,
    reason: 'Microsoft Entra client secret',
  },
  {
    id: 'google-api-key',
    pattern: /\bAIza[0-9A-Za-z_-]{35}/,
    reason: 'Google API key',
  },
  {
    id: 'google-oauth',
    pattern: /\bya29\.[0-9A-Za-z_-]{20,1024}/,
    reason: 'Google access token',
  },
  {
    id: 'vault-token',
    pattern: /\bhv[sbr]\.[A-Za-z0-9_-]{16,255}/,
    reason: 'HashiCorp Vault token',
  },
  {
    id: 'hcp-terraform-token',
    pattern: /\b[A-Za-z0-9]{10,20}\.atlasv1\.[A-Za-z0-9_-]{20,100}/,
    reason: 'HCP Terraform token',
  },
  {
    id: 'stripe-key',
    pattern: /\b[rs]k_live_[A-Za-z0-9]{16,255}/,
    reason: 'Stripe live key',
  },
  {
    id: 'sendgrid-key',
    pattern: /\bSG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}/,
    reason: 'SendGrid key',
  },
  {
    id: 'npm-token',
    pattern: /\bnpm_[A-Za-z0-9]{36}/,
    reason: 'npm token',
  },
  {
    id: 'digitalocean-token',
    pattern: /\bdo[opr]_v1_[a-f0-9]{64}/,
    reason: 'DigitalOcean token',
  },
  {
    id: 'openai-key',
    pattern: /\bsk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32,255}/,
    reason: 'AI provider key',
  },
  {
    id: 'authorization-header',
    pattern: /\b(?:Bearer|Basic)\s[A-Za-z0-9+/_.~-]{16,4096}={0,2}/,
    reason: 'credentials of an HTTP request',
  },
  {
    id: 'password-hash',
    pattern: /\$(?:2[aby]|5|6|y|argon2id?)\$[A-Za-z0-9./$=,+-]{20,255}/,
    reason: 'a hash that can be attacked offline',
  },
];

/**
 * Secrets in the words of a tool, beside those that are secrets in any text: an
 * error message is no value to judge a difference by, so that a false alarm
 * costs less there. The first group of each pattern stays readable.
 */
const SECRETS_IN_MESSAGES: readonly ValueRule[] = [
  {
    id: 'url-user',
    pattern: /\b([a-z][a-z0-9+.-]{1,32}:\/\/)[^\s/?#@"']{1,1024}(?=@)/gi,
    reason:
      'user and password of a URL (RFC 3986, section 3.2.1); a user alone may be a token',
  },
  {
    id: 'authorization-scheme',
    pattern:
      /\b((?:bearer|basic|digest|negotiate)\s{1,8})(?:[A-Za-z0-9+/._~=-]{16,4096}|(?=[A-Za-z+/._~-]{0,16}[0-9])[A-Za-z0-9+/._~=-]{6,16})/gi,
    reason:
      'credentials of an HTTP request, also short ones and in lower case; not the "basic authentication" of prose',
  },
  {
    id: 'quoted-after-name',
    pattern:
      /\b((?:password|passwd|passphrase|secret|token|api key)(?:\s(?:is|was|of|value))?\s)(?:"[^"\n]{1,1024}"|'[^'\n]{1,1024}'|`[^`\n]{1,1024}`)/gi,
    reason: 'what a sentence quotes, as in: the password "x" is too short',
  },
];

/** Values that only point to a secret, whatever their name. */
const REFERENCES: readonly { pattern: RegExp; reason: string }[] = [
  { pattern: /^arn:aws[a-z-]*:/, reason: 'an address in AWS' },
  { pattern: /^projects\/[^/]+\/secrets\//, reason: 'a Google secret by name' },
  {
    pattern: /^https:\/\/[a-z0-9-]+\.vault\.azure\.net\//i,
    reason: 'an Azure Key Vault address',
  },
  { pattern: /^@Microsoft\.KeyVault\(/, reason: 'an Azure reference' },
  { pattern: /^\/subscriptions\//, reason: 'an Azure resource id' },
  { pattern: /^\$?\{\{?[^}]*\}\}?$/, reason: 'a placeholder of a template' },
];

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '');
}

function containsWords(words: string[], wanted: string[]): boolean {
  return words.some((_, start) =>
    wanted.every((word, offset) => words[start + offset] === word),
  );
}

/** The last step of a path that is a name and not a list position. */
function nameOf(nameOrPath: string | readonly (string | number)[]): string {
  if (typeof nameOrPath === 'string') {
    return nameOrPath;
  }
  const names = nameOrPath.filter(
    step => typeof step === 'string' && !/^\d+$/.test(step),
  );
  return String(names[names.length - 1] ?? '');
}

function isHarmless(words: string[]): boolean {
  const last = words[words.length - 1];
  return (
    ABOUT_A_SECRET.some(({ word }) => word === last) ||
    HARMLESS_WORDS.some(({ word }) => words.includes(word))
  );
}

/**
 * Whether string values of that name are secrets: `db_password`, `clientSecret`,
 * but not `password_policy`, `kms_key_id` or `secret_arn`.
 *
 * @param nameOrPath - an attribute name, or a path of which the last name counts.
 * @public
 */
export function looksSecretName(
  nameOrPath: string | readonly (string | number)[],
): boolean {
  const words = wordsOf(nameOf(nameOrPath));
  return (
    !isHarmless(words) &&
    SECRET_NAMES.some(rule => containsWords(words, rule.words))
  );
}

/**
 * A name and what it is given: `NAME=value` of environments, scripts and
 * queries, `name = "value"` of settings, `name: value` of YAML, `"name":"value"`
 * of JSON, `--name value` of command lines. Linear in the length of the text.
 */
const ASSIGNMENT =
  /(?<![\w.$-])((?:--?)?([A-Za-z][\w.-]{1,80})["']?(?:[ \t]{0,8}=[ \t]{0,8}|:(?:[ \t]{1,8}|(?=["']))|(?<=--[\w.-]{2,81})[ \t]))(?:"([^"\n]{4,1024})"?|'([^'\n]{4,1024})'?|([^\s"',;&|(){}<>=][^\s"',;&|]{3,1024}))/g;

/** What a telling name is given without giving the secret away. */
const NO_SECRET =
  /^(?:\$|%|\{\{|<|\*+$|[a-z]+:\/\/[^?]*$|true$|false$|null$|none$)/i;

/** Where the values of telling names stand, quotes included. */
function* secretAssignments(
  text: string,
): Generator<{ start: number; end: number }> {
  const pattern = new RegExp(ASSIGNMENT);
  for (
    let match = pattern.exec(text);
    match !== null;
    match = pattern.exec(text)
  ) {
    const [whole, beginning, name, quoted, singleQuoted, bare] = match;
    const start = match.index + beginning.length;
    if (isSecretAssignment(name, quoted ?? singleQuoted ?? bare)) {
      yield { start, end: match.index + whole.length };
    } else {
      // What was taken for a value may hold the assignment: `Invalid: password = x`.
      pattern.lastIndex = start;
    }
  }
}

function isSecretAssignment(name: string, value: string): boolean {
  return (
    looksSecretName(name) &&
    !NO_SECRET.test(value) &&
    !REFERENCES.some(({ pattern }) => pattern.test(value))
  );
}

/** Whether a text gives a secret to a telling name, e.g. `DB_PASSWORD=…` in a script. */
function assignsSecret(text: string): boolean {
  if (!secretAssignments(text).next().done) {
    return true;
  }
  return false;
}

/**
 * Whether a text contains a secret of a known form, such as a token, a private
 * key, a URL with a password, or a value given to a name like `DB_PASSWORD`.
 *
 * @public
 */
export function looksSecretValue(value: string): boolean {
  return (
    SECRET_VALUES.some(({ pattern }) => pattern.test(value)) ||
    assignsSecret(value)
  );
}

const RANDOM_LENGTH = 20;
/** Bits a character: random base64 of this length has 3.9 and more, words joined by dashes about 3.5. */
const RANDOM_ENTROPY = 3.7;

/** Whether a text is long, without spaces, and as mixed as random key material. */
function looksRandom(value: string): boolean {
  if (value.length < RANDOM_LENGTH || !/^[A-Za-z0-9+/=_~.-]+$/.test(value)) {
    return false;
  }
  const classes = [/[a-z]/, /[A-Z]/, /[0-9]/].filter(one => one.test(value));
  const isHex = /^[0-9a-f]{32,}$/i.test(value);
  if (classes.length < 3 && !isHex) {
    return false;
  }
  const counts = new Map<string, number>();
  for (const character of value) {
    counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  let entropy = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    entropy -= share * Math.log2(share);
  }
  return entropy >= (isHex ? 3 : RANDOM_ENTROPY);
}

/**
 * Whether the string at a path is a secret, by its name, its form, or by both
 * together.
 *
 * @public
 */
export function looksSecretAt(
  path: readonly (string | number)[],
  value: string,
): boolean {
  if (value === '') {
    return false;
  }
  if (looksSecretValue(value)) {
    return true;
  }
  if (REFERENCES.some(({ pattern }) => pattern.test(value))) {
    return false;
  }
  if (looksSecretName(path)) {
    return true;
  }
  const words = wordsOf(nameOf(path));
  return (
    !isHarmless(words) &&
    SUSPICIOUS_WORDS.some(({ word }) => words.includes(word)) &&
    looksRandom(value)
  );
}

/**
 * A text with every secret of a known form replaced.
 *
 * @public
 */
export function maskSecretValues(text: string, replacement: string): string {
  return SECRET_VALUES.reduce(
    (masked, { pattern }) =>
      masked.replace(
        new RegExp(pattern.source, `${pattern.flags}g`),
        () => replacement,
      ),
    maskAssignments(text, replacement),
  );
}

function maskAssignments(text: string, replacement: string): string {
  let masked = '';
  let end = 0;
  for (const assignment of secretAssignments(text)) {
    masked += text.slice(end, assignment.start) + replacement;
    end = assignment.end;
  }
  return masked + text.slice(end);
}

const REDACTED = '[redacted]';

/**
 * What a tool says, an error message for instance, without what looks like a
 * secret: those of {@link maskSecretValues}, and more that would be harmless as
 * the value of an attribute.
 *
 * @public
 */
export function maskSecretShapes(text: string): string {
  return maskSecretValues(
    SECRETS_IN_MESSAGES.reduce(
      (masked, { pattern }) => masked.replace(pattern, `$1${REDACTED}`),
      text,
    ),
    REDACTED,
  );
}
