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

import { stripVTControlCharacters } from 'util';

const MAX_LENGTH = 500;
const REDACTED = '[redacted]';

/** What looks like a secret, and what remains of it. */
const SECRET_SHAPES: { pattern: RegExp; replacement: string }[] = [
  // Private keys and certificates with keys, also when cut off
  {
    pattern:
      /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    replacement: REDACTED,
  },
  // User and password in a URL, RFC 3986 section 3.2.1
  {
    pattern: /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi,
    replacement: `$1${REDACTED}@`,
  },
  // Authorization headers
  {
    pattern: /\b(bearer|basic|digest|negotiate)\s+[A-Za-z0-9+/._~=-]{6,}/gi,
    replacement: `$1 ${REDACTED}`,
  },
  // JSON web tokens
  {
    pattern: /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?/g,
    replacement: REDACTED,
  },
  // Access keys with a known prefix: AWS, GitHub, GitLab, Slack, Google, OpenAI, Vault, Terraform Cloud
  {
    pattern:
      /\b((AKIA|ASIA)[A-Z0-9]{12,}|gh[pousr]_\w{10,}|github_pat_\w{10,}|gl(pat|ptt|rt)-[\w-]{10,}|xox[a-z]-[\w-]{8,}|AIza[\w-]{20,}|ya29\.[\w-]{10,}|sk-[\w-]{16,}|hv[sb]\.\w{10,}|\w{10,}\.atlasv1\.\w{20,})/g,
    replacement: REDACTED,
  },
  // name = value and "name": "value" of telling names
  {
    pattern:
      /(["']?[\w.-]*(pass(word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|account[_-]?key|client[_-]?key|credentials?|signature|sig|connection[_-]?string)["']?\s*[:=]\s*)("[^"]*"?|'[^']*'?|[^\s,;&]+)/gi,
    replacement: `$1${REDACTED}`,
  },
];

/**
 * One clean sentence on why a scan failed, for a database, an API answer and a
 * screen: the first line that says something, without secrets, control
 * characters or paths of this scan.
 */
export function describeScanError(
  error: unknown,
  options: {
    /** Values that must not appear, e.g. credentials that the scan used. */
    secrets?: Iterable<string>;
    /** Directories that mean nothing to a reader. */
    directories?: Iterable<string>;
  } = {},
): string {
  let text = messageOf(error);
  for (const secret of longestFirst(options.secrets)) {
    for (const form of writtenForms(secret)) {
      text = text.split(form).join(REDACTED);
    }
  }
  for (const { pattern, replacement } of SECRET_SHAPES) {
    text = text.replace(pattern, replacement);
  }
  for (const directory of longestFirst(options.directories)) {
    text = text.split(directory).join('.');
  }

  const line = text
    .split(/[\r\n]+/)
    .map(cleanLine)
    .find(Boolean);
  return asSentence(line ?? 'The scan failed for an unknown reason');
}

function messageOf(error: unknown): string {
  if (error instanceof Error) {
    return error.message || error.name;
  }
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return String(error.message);
  }
  return error === undefined || error === null ? '' : String(error);
}

function longestFirst(values: Iterable<string> = []): string[] {
  // A shorter one would hit ordinary words
  return [...values]
    .filter(value => value.length >= 4)
    .sort((a, b) => b.length - a.length);
}

/** How a value appears in messages of tools that quote or encode what they complain of. */
function writtenForms(value: string): string[] {
  const quoted = JSON.stringify(value).slice(1, -1);
  return [
    ...new Set([
      value,
      quoted,
      encodeURIComponent(value),
      Buffer.from(value).toString('base64'),
    ]),
  ];
}

function cleanLine(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^\s*(uncaught\s+)?(\w*error|exception):\s*/i, '')
    .trim();
}

function asSentence(text: string): string {
  const cut =
    text.length > MAX_LENGTH
      ? `${text.slice(0, MAX_LENGTH - 1).trim()}…`
      : text;
  return /[.!?…]$/.test(cut) ? cut : `${cut}.`;
}
