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

/** What a word of a question means, as far as answers depend on it. */
export type Meaning =
  | 'advise'
  | 'all'
  | 'change'
  | 'clean'
  | 'count'
  | 'drift'
  | 'explain'
  | 'fail'
  | 'how'
  | 'is'
  | 'last'
  | 'list'
  | 'many'
  | 'never'
  | 'not'
  | 'pending'
  | 'period'
  | 'resolved'
  | 'scan'
  | 'stale'
  | 'status'
  | 'target'
  | 'what'
  | 'when'
  | 'which'
  | 'who'
  | 'worst';

/** Words with a meaning. Every other word that is no filler names something. */
const MEANINGS: Partial<Record<Meaning, string>> = {
  advise: 'advice advise fix handle recommend recommendation remediate repair',
  all: 'all any anything anywhere every everything fleet overall something',
  change:
    'alter altered change changed changes edited happen happened happening modified new news touched',
  clean: 'clean fine good green healthy ok okay sync',
  count: 'count number total',
  drift:
    'differ different differs diverged drift drifted drifting drifts unclean',
  explain: 'cause caused explain mean means reason why',
  fail: 'broke broken crashed error errors fail failed failing fails failure failures red',
  how: 'how',
  is: 'are be been did do does had has have is was were',
  last: 'last latest recent recently newest previous',
  list: 'display find give list name overview show summarise summarize tell',
  many: 'many much',
  never: 'never',
  not: 'no none not without',
  pending: 'pending unapplied',
  resolved: 'cleaned fixed gone resolved reverted solved',
  scan: 'check checked checks scan scanned scanning scans',
  stale: 'old outdated overdue stale',
  status: 'health state status',
  target:
    'component components environment environments infra infrastructure module modules plan plans resource resources stack stacks target targets terraform workspace workspaces',
  what: 'what',
  when: 'when',
  which: 'where which',
  who: 'who whom whose',
  worst:
    'biggest dangerous highest important riskiest serious severe top urgent worst',
};

/** Words that carry nothing for an answer. */
const FILLERS = new Set(
  (
    'a about actually after again ago am an and around as at back because been before being between both but by ' +
    'ca can client clients cloud could currently customer customers details each else far few first for from further get go going ' +
    'had have having he hello help her here hey hi him his i if in infrastructures into it its itself just know like ' +
    'make may me might mine more most must my need needs now of off on one only open or other our out own owned owner owners owns over per ' +
    'please problem problems quick quickly really right risk risks run running said say see severity she should since so some still such ' +
    'team teams tenant tenants than thank thanks that the their them then there these they thing things this those through time to too ' +
    'under until up us use very want wants we well will with would yes yet you your'
  ).split(' '),
);

/**
 * Words for things that go by several names in types and addresses, so that
 * "the firewall" is found in a security group, too.
 */
const TOPICS: Record<string, string[]> = {
  bucket: ['bucket', 'storage', 's3'],
  cluster: ['cluster', 'kubernetes', 'aks', 'eks', 'gke'],
  database: ['database', 'sql', 'postgres', 'rds', '_db_'],
  db: ['database', 'sql', 'postgres', 'rds', '_db_'],
  firewall: ['firewall', 'security_group', 'network_acl', 'nsg'],
  kubernetes: ['kubernetes', 'aks', 'eks', 'gke'],
  network: ['network', 'vnet', 'vpc', 'subnet'],
  replica: ['replica', 'count', 'capacity'],
  storage: ['storage', 'bucket'],
  vm: ['virtual_machine', 'instance', '_vm_'],
};

const BY_WORD = new Map<string, Meaning>(
  (Object.entries(MEANINGS) as [Meaning, string][]).flatMap(
    ([meaning, words]) =>
      words.split(' ').map((word): [string, Meaning] => [word, meaning]),
  ),
);

/** The meaning of a lower-case word, if it has one. */
export function meaningOf(word: string): Meaning | undefined {
  return BY_WORD.get(word);
}

/** Whether a lower-case word carries nothing. */
export function isFiller(word: string): boolean {
  return FILLERS.has(word) || (word.length === 1 && !/\p{N}/u.test(word));
}

/** The texts by which the thing that a word speaks of may be found. */
export function textsFor(word: string): string[] {
  const singular =
    word.length > 3 && /[^s]s$/.test(word) ? word.slice(0, -1) : word;
  return TOPICS[word] ?? TOPICS[singular] ?? [singular];
}
