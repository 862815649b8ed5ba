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

/** What looks like a secret in the words of a tool, and what is left of it. */
const SHAPES: { reason: string; pattern: RegExp; replacement: string }[] = [
  {
    reason: 'private keys, also when they are cut off',
    pattern:
      /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    replacement: REDACTED,
  },
  {
    reason: 'user and password in a URL, RFC 3986 section 3.2.1',
    pattern: /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@"']+@/gi,
    replacement: `$1${REDACTED}@`,
  },
  {
    reason: 'authorization headers',
    pattern: /\b(bearer|basic|negotiate)\s+[A-Za-z0-9+/._~=-]{12,}/gi,
    replacement: `$1 ${REDACTED}`,
  },
  {
    reason: 'JSON web tokens',
    pattern: /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_.-]+/g,
    replacement: REDACTED,
  },
  {
    reason:
      'keys with a known beginning: AWS, GitHub, GitLab, Slack, Google, Vault, HCP Terraform',
    pattern:
      /\b(?:(?:AKIA|ASIA)[A-Z0-9]{12,}|gh[pousr]_\w{10,}|github_pat_\w{10,}|gl(?:pat|ptt|rt)-[\w-]{10,}|xox[a-z]-[\w-]{8,}|AIza[\w-]{20,}|ya29\.[\w-]{10,}|hv[sb]\.\w{10,}|\w{10,}\.atlasv1\.\w{20,})/g,
    replacement: REDACTED,
  },
  {
    reason: 'values given to telling names, as in password=x, "token": "x"',
    pattern:
      /((?:passw(?:or)?d|passphrase|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|private[_-]?key|signature|\bsig)\w*["']?\s*[:=]\s*)(?:"[^"]*"?|'[^']*'?|[^\s,;&]+)/gi,
    replacement: `$1${REDACTED}`,
  },
  {
    reason:
      'values quoted after a telling name, as in password "x" is too short',
    pattern:
      /(\b(?:passw(?:or)?d|passphrase|secret|token|api key)(?:\s+(?:is|was|of|value))?\s+)(?:"[^"]+"|'[^']+'|`[^`]+`)/gi,
    replacement: `$1${REDACTED}`,
  },
];

/** A text without what has the shape of a secret, for secrets that nobody told us. */
export function maskSecretShapes(text: string): string {
  return SHAPES.reduce(
    (masked, { pattern, replacement }) => masked.replace(pattern, replacement),
    text,
  );
}
