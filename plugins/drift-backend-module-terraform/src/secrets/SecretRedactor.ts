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

const REDACTED = '[redacted]';

/** Shorter values are words, not secrets; redacting them would garble every text. */
const MIN_SECRET_LENGTH = 4;

/** Parts of a bigger secret (a line of a key file, a leaf of a JSON document) need more length to be telling. */
const MIN_PART_LENGTH = 8;

/**
 * Takes known secret values out of texts, in the forms in which tools print
 * them: as they are, URL-encoded, JSON-escaped, in hexadecimal and in base64 at
 * any alignment.
 */
export class SecretRedactor {
  static create(secrets: Iterable<string>): SecretRedactor {
    const forms = new Set<string>();
    for (const secret of secrets) {
      for (const part of [secret, ...partsOf(secret)]) {
        for (const form of formsOf(part)) {
          forms.add(form);
        }
      }
    }
    return new SecretRedactor([...forms]);
  }

  readonly #forms: string[];
  readonly #pattern?: RegExp;

  private constructor(forms: string[]) {
    this.#forms = forms;
    if (forms.length > 0) {
      const alternatives = [...forms]
        .sort((a, b) => b.length - a.length)
        .map(form => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
      this.#pattern = new RegExp(alternatives.join('|'), 'g');
    }
  }

  /** A redactor that knows more secrets. */
  with(secrets: Iterable<string>): SecretRedactor {
    const more = SecretRedactor.create(secrets);
    return new SecretRedactor([...new Set([...this.#forms, ...more.#forms])]);
  }

  redact(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, REDACTED) : text;
  }

  isIn(text: string): boolean {
    return this.redact(text) !== text;
  }
}

function partsOf(secret: string): string[] {
  const leaves = jsonLeaves(secret);
  const lines = [secret, ...leaves]
    .filter(text => text.includes('\n'))
    .flatMap(text => text.split(/\r?\n/));
  return [...lines, ...leaves].filter(
    part => part.trim().length >= MIN_PART_LENGTH,
  );
}

function jsonLeaves(secret: string): string[] {
  if (!/^\s*[{[]/.test(secret)) {
    return [];
  }
  const leaves: string[] = [];
  try {
    JSON.parse(secret, (_key, value) => {
      if (typeof value === 'string') {
        leaves.push(value);
      }
      return value;
    });
  } catch {
    // Not JSON after all: the secret as a whole and its lines remain.
    return [];
  }
  return leaves;
}

function formsOf(secret: string): string[] {
  const value = secret.trim();
  if (value.length < MIN_SECRET_LENGTH) {
    return [];
  }
  const bytes = Buffer.from(value, 'utf8');
  const percent = encodeURIComponent(value);
  return [
    value,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase()),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Forms(bytes),
  ];
}

/** The characters of a base64 text that depend on nothing but the secret, for each position it can start at. */
function base64Forms(secret: Buffer): string[] {
  const forms: string[] = [];
  for (const offset of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(offset), secret]);
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = padded.toString(encoding).replace(/=+$/, '');
      const start = Math.ceil((offset * 8) / 6);
      const end = Math.floor((padded.length * 8) / 6);
      const stable = text.slice(start, end);
      if (stable.length >= MIN_PART_LENGTH) {
        forms.push(stable);
      }
    }
  }
  return forms;
}
