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

/** Texts that are not shown whatever supports them. */
export const REFUSED_PATTERNS: { pattern: RegExp; reason: string }[] = [
  { pattern: /[a-z][a-z0-9+.-]*:\/\/|www\./i, reason: 'a link' },
  { pattern: /\b(?:javascript|data|mailto):/i, reason: 'a link' },
  { pattern: /\]\s*\(|!\[|\]\s*:/, reason: 'a Markdown link or image' },
  { pattern: /<\s*[/!?a-z]/i, reason: 'HTML' },
  { pattern: /&(?:[a-z]+|#x?[0-9a-f]+);/i, reason: 'HTML' },
  {
    pattern:
      /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|prior|above|earlier|all|rules?)\b/i,
    reason: 'an instruction, not an explanation',
  },
  {
    pattern: /\binstructions?\b|\bprompts?\b|\blanguage model\b|\bas an ai\b/i,
    reason: 'talk about the model',
  },
  {
    pattern:
      /\bno (?:\w+ ){0,3}(?:drift|changes?|differences?|issues?|problems?|action)\b/i,
    reason: 'contradicts the verdict',
  },
  {
    pattern:
      /\b(?:nothing|none|not) (?:\w+ ){0,2}(?:drifted|changed|differs?|wrong)\b/i,
    reason: 'contradicts the verdict',
  },
  {
    pattern: /\bin sync\b|\bup to date\b|\bfalse (?:alarm|positive)s?\b/i,
    reason: 'contradicts the verdict',
  },
  {
    pattern:
      /\b(?:ignored?|suppress(?:ed)?|mute[ds]?|dismiss(?:ed)?|disable[ds]?)\b/i,
    reason: 'plays the finding down',
  },
  {
    pattern:
      /\b(?:curl|wget|sudo|bash|powershell|chmod|base64|eval|kubectl|rm -|sh -c)\b|\$\(|&&|\|\||-auto-approve/i,
    reason: 'a command',
  },
  {
    pattern:
      /\b(?:terraform|tofu) (?:destroy|state|taint|untaint|import|force-unlock)\b/i,
    reason: 'a command',
  },
  {
    pattern:
      /\b(?:password|passphrase|token|api key|credential)s? (?:is|was|are|were|to|from)\b/i,
    reason: 'speaks of a secret value',
  },
];

/** Words that judge; the verdict has judged, so they need a source. */
export const JUDGING_WORDS: ReadonlySet<string> = new Set(
  `clean cleaned fine ok okay good healthy safe safely secure harmless benign
  low lower medium moderate high higher critical severe minor major negligible
  trivial unimportant expected intended intentional approved authorized
  authorised legitimate pending absorbed noise resolved fixed malicious
  suspicious unauthorized unauthorised attack breach`.split(/\s+/),
);

/** Words of numbers and what they stand for; `one` is seldom a number. */
export const NUMBER_WORDS: ReadonlyMap<string, string> = new Map(
  `zero two three four five six seven eight nine ten eleven twelve thirteen
  fourteen fifteen sixteen seventeen eighteen nineteen twenty`
    .split(/\s+/)
    .map((word, index) => [word, String(index === 0 ? 0 : index + 1)] as const)
    .concat(
      `thirty forty fifty sixty seventy eighty ninety`
        .split(' ')
        .map((word, index) => [word, String((index + 3) * 10)] as const),
      [
        ['hundred', '100'],
        ['thousand', '1000'],
        ['million', '1000000'],
        ['dozen', '12'],
        ['double', '2'],
        ['doubled', '2'],
        ['twice', '2'],
        ['triple', '3'],
        ['tripled', '3'],
        ['half', '0.5'],
        ['halved', '0.5'],
      ],
    ),
);

/** Compounds of plain English, which are no identifiers. */
export const FAMILIAR_COMPOUNDS: ReadonlySet<string> = new Set(
  `and/or e.g i.e re-apply re-applied re-applying re-create re-created
  re-creating re-run re-running read-only read-write out-of-band in-place
  on-call long-term short-term well-known up-front follow-up roll-back
  double-check day-to-day out-of-date out-of-sync step-by-step up-to-date
  cost-related manually-made so-called non-default default-deny
  inbound/outbound start-up pre-existing third-party end-to-end right-sized`.split(
    /\s+/,
  ),
);

/** Names and abbreviations that everybody in the field knows. */
export const FAMILIAR_CAPITALS: ReadonlySet<string> = new Set(
  `I A An The Terraform OpenTofu Azure AWS Google GCP Kubernetes AKS EKS GKE
  API CIDR CPU DB DNS GB GiB HTTP HTTPS IAM ID IP KB KiB MB MiB OS RAM SKU SQL
  SSH SSL TB TCP TLS TTL UDP UI URL VM VPC VPN YAML JSON`.split(/\s+/),
);

/** Who does something without being named. */
export const UNNAMED: ReadonlySet<string> = new Set(
  `i it nobody one people she he somebody someone something that they this we
  what which who whoever you`.split(/\s+/),
);
