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

import type {
  Finding,
  Recommendation,
} from '@infra-hub/backstage-plugin-drift-common';
import { holdsData } from './consequences';
import { inWordsOf } from './desiredWords';
import { oneWayOf } from './oneWay';
import { isPlanned, isUntold, ToldField } from './tellFields';

/** What advice may look at. */
export interface AdviceFacts {
  finding: Finding;
  /** The gravest first. */
  fields: readonly ToldField[];
  /** The gravest field; absent when none is known. */
  worst?: ToldField;
  /** Something was scaled up or grew, which applying would take back. */
  grown: boolean;
  data: boolean;
}

/** What to do about a kind of finding. */
export interface AdviceRule {
  id: string;
  when(facts: AdviceFacts): boolean;
  recommendation: Recommendation;
  /** The same as a part of a sentence about many. */
  brief: string;
  /** One sentence or two: what to do and why. */
  advice(facts: AdviceFacts): string;
}

/** Severity rules about what protects, and about how much there is. */
const PROTECTIONS = [
  'encryption',
  'safety-net',
  'cloud-encryption',
  'cloud-encrypted',
  'cloud-replication',
  'cloud-safety-net',
];
const SIZES = ['size', 'cloud-size', 'cloud-performance'];

const drifted = (facts: AdviceFacts) => facts.finding.class === 'drift';
const about = (facts: AdviceFacts, ...rules: string[]) =>
  facts.worst !== undefined && rules.includes(facts.worst.rule);
const oneWay = ({ finding, worst }: AdviceFacts) =>
  worst && oneWayOf(finding, worst);
const unlessGrown = (facts: AdviceFacts) =>
  facts.grown && !isUntold(facts.finding)
    ? '; write the larger size into the code first if it is still needed, because applying takes that back as well'
    : '';

/** The first rule that matches advises. */
export const ADVICE_RULES: readonly AdviceRule[] = [
  // What does not alarm.
  {
    id: 'noise',
    brief: 'leave it',
    when: ({ finding }) => finding.class === 'noise',
    recommendation: 'apply',
    advice: () => 'Nothing needs to be done.',
  },
  {
    id: 'expected',
    brief: 'leave it',
    when: ({ finding }) => finding.class === 'expected',
    recommendation: 'update-code',
    advice: () =>
      'Nothing needs to be done; leave the field out of the code if it is managed elsewhere.',
  },
  {
    id: 'absorbed-deletion',
    brief: 'leave it',
    when: ({ finding }) =>
      finding.class === 'absorbed' && finding.change === 'delete',
    recommendation: 'apply',
    advice: () => 'Nothing needs to be done; the next apply forgets it.',
  },
  {
    id: 'absorbed',
    brief: 'leave it',
    when: ({ finding }) => finding.class === 'absorbed',
    recommendation: 'update-code',
    advice: () =>
      'Nothing breaks if it stays; set the value in the code if it must be a certain one.',
  },
  {
    id: 'unknown-action',
    brief: 'read the plan',
    when: ({ finding }) => finding.change === 'unknown',
    recommendation: 'investigate',
    advice: () =>
      'Read the plan before anything is applied; this version does not know the action.',
  },
  {
    id: 'low-evidence',
    brief: 'compare the code with what is there',
    when: ({ finding }) => finding.rule === 'drift-low-evidence',
    recommendation: 'investigate',
    advice: () =>
      'Compare the code with what is there; the plan text does not tell whether somebody changed it outside or the code was not applied yet.',
  },
  {
    id: 'unapplied-loss',
    brief: 'check what the code would destroy',
    when: ({ finding }) =>
      isPlanned(finding) && ['delete', 'replace'].includes(finding.change),
    recommendation: 'investigate',
    advice: ({ data }) =>
      `This comes from the code or from the plan's own request, not from outside; check that ${
        data ? 'its data is saved' : 'nobody still uses it'
      } before it is applied.`,
  },
  {
    id: 'unapplied',
    brief: 'check the code that waits',
    when: ({ finding }) => isPlanned(finding),
    recommendation: 'apply',
    advice: () =>
      'This is code that waits, not an outside change; apply it when it is wanted.',
  },

  // The resource as a whole.
  {
    id: 'unmanaged',
    brief: 'find out who made what nobody asked for',
    when: ({ finding }) => finding.unmanaged === true,
    recommendation: 'investigate',
    advice: () =>
      'Find out who made it and whether it is needed; then take it into the code or delete it.',
  },
  {
    id: 'deleted-data',
    brief: 'find out who deleted what is missing',
    when: ({ finding, data }) => finding.change === 'create' && data,
    recommendation: 'investigate',
    advice: () =>
      'Find out who deleted it and why before the code is applied; restore it from a backup if its data is needed, because applying creates it empty.',
  },
  {
    id: 'deleted',
    brief: 'find out who deleted what is missing',
    when: ({ finding }) => finding.change === 'create',
    recommendation: 'investigate',
    advice: () =>
      'Find out who deleted it and why before the code is applied; apply if it is still needed, else remove it from the code.',
  },
  {
    id: 'replaced',
    brief: 'undo by hand what only a replacement could undo',
    when: ({ finding }) => finding.change === 'replace',
    recommendation: 'investigate',
    advice: ({ data }) =>
      `Do not apply yet: what was changed cannot be changed back in place, and applying would destroy ${
        data ? 'the resource and its data' : 'the resource'
      }. Undo the change by hand or take the new value into the code.`,
  },
  {
    id: 'changed-and-code-removed',
    brief: 'find out who still uses what the code gave up',
    when: ({ finding }) => finding.change === 'delete',
    recommendation: 'investigate',
    advice: () =>
      'Somebody still works with it, so find out who before applying deletes it.',
  },

  // What exposes or protects.
  {
    id: 'exposed',
    brief: 'close what is open to everybody',
    when: facts => drifted(facts) && facts.fields.some(each => each.exposed),
    recommendation: 'apply',
    advice: facts =>
      `It is now open to everybody: apply the code soon to close it, and find out who opened it${unlessGrown(
        facts,
      )}.`,
  },
  {
    id: 'rights',
    brief: 'find out who changed the rights',
    when: facts => about(facts, 'access-rights', 'access-type', 'cloud-access'),
    recommendation: 'investigate',
    advice: () =>
      'Find out who changed these rights and why; apply the code to take them back unless somebody can explain them.',
  },
  {
    id: 'protection-less',
    brief: 'restore the weakened protection',
    when: facts => about(facts, ...PROTECTIONS) && facts.worst!.weakened,
    recommendation: 'apply',
    advice: facts =>
      `A protection got weaker: apply the code to restore it, and find out who changed it${unlessGrown(
        facts,
      )}.`,
  },
  {
    id: 'protection-more',
    brief: 'take the stronger protection into the code',
    when: facts =>
      about(facts, ...PROTECTIONS) &&
      ['on', 'more', 'added'].includes(facts.worst!.trend),
    recommendation: 'update-code',
    advice: () =>
      'Reality is better protected than the code asks for: take the new value into the code, because applying would weaken it again.',
  },
  {
    id: 'public-access-closed',
    brief: 'take the closed access into the code',
    when: facts =>
      about(facts, 'public-access', 'cloud-closed') &&
      facts.worst!.trend === 'off',
    recommendation: 'update-code',
    advice: () =>
      'Reality is more closed than the code: take that into the code if nobody needs the access, because applying would open it again.',
  },
  {
    id: 'public-access',
    brief: 'check who can reach it now',
    when: facts => about(facts, 'public-access'),
    recommendation: 'investigate',
    advice: () =>
      'Check who can reach it now and who changed that; apply the code unless the change is wanted.',
  },
  {
    id: 'secret',
    brief: 'find out whether the secret was rotated on purpose',
    when: facts => about(facts, 'secret', 'cloud-secret'),
    recommendation: 'investigate',
    advice: () =>
      'Find out whether the secret was rotated on purpose: applying would put the old one back and may lock its users out.',
  },
  {
    id: 'network-opened',
    brief: 'remove the network rules that nobody needs',
    when: facts =>
      about(facts, 'firewall-field', 'firewall-type') &&
      facts.worst!.trend === 'added',
    recommendation: 'apply',
    advice: facts =>
      `Ask whether it is still needed; if not, apply the code to remove it, else take it into the code, where it can be reviewed${unlessGrown(
        facts,
      )}.`,
  },
  {
    id: 'network',
    brief: 'find out which traffic is let through or stopped now',
    when: facts => about(facts, 'firewall-field', 'firewall-type'),
    recommendation: 'investigate',
    advice: () =>
      'Find out which traffic this lets through or stops before the code is applied.',
  },

  // What runs, and how much of it.
  {
    id: 'one-way',
    brief: 'take what cannot be taken back into what is desired',
    when: facts => oneWay(facts)?.grown === true,
    recommendation: 'update-code',
    advice: facts =>
      `${
        oneWay(facts)?.reason
      } Take what is there into the desired state, or make a new one and move the data.`,
  },
  {
    id: 'replaced-outside',
    brief: 'find out who replaced what cannot be changed in place',
    when: facts => oneWay(facts)?.grown === false,
    recommendation: 'investigate',
    advice: facts =>
      `${
        oneWay(facts)?.reason
      } Find out who replaced it and why; then take what is there into the desired state, or make a new one and move the data.`,
  },
  {
    id: 'upgraded',
    brief: 'take the newer version into the code',
    when: facts =>
      about(facts, 'versions', 'cloud-version') &&
      facts.worst!.trend === 'more',
    recommendation: 'update-code',
    advice: () =>
      'Take the newer version into the code before applying, because a downgrade may fail or break what runs on it.',
  },
  {
    id: 'version',
    brief: 'find out why other software runs than the code says',
    when: facts => about(facts, 'versions', 'cloud-version'),
    recommendation: 'investigate',
    advice: () =>
      'Find out why other software runs than the code says; apply the code if nobody needs it.',
  },
  {
    id: 'grown',
    brief: 'take the larger size into the code if it is still needed',
    when: facts =>
      about(facts, ...SIZES) &&
      ['more', 'on', 'added'].includes(facts.worst!.trend),
    recommendation: 'update-code',
    advice: () =>
      'Take the larger size into the code before applying if it is still needed, because applying takes it away while it may carry load.',
  },
  {
    id: 'shrunk',
    brief: 'find out whether it was made smaller on purpose',
    when: facts =>
      about(facts, ...SIZES) &&
      ['less', 'off', 'removed'].includes(facts.worst!.trend),
    recommendation: 'investigate',
    advice: () =>
      'Find out whether it was made smaller on purpose; then take that into the code, or apply to bring the size back.',
  },
  {
    id: 'resized',
    brief: 'find out whether the new size is wanted',
    when: facts => about(facts, 'size', 'cloud-size'),
    recommendation: 'investigate',
    advice: () =>
      'Find out whether the new size is wanted; then take it into the code, or apply to bring the old one back.',
  },
  {
    id: 'labels',
    brief: 'put tags and texts right',
    when: facts => about(facts, 'labels', 'cloud-labels'),
    recommendation: 'apply',
    advice: () =>
      'Nothing works differently; apply the code, or take the new text into it if it is right.',
  },
  {
    id: 'unnamed',
    brief: 'look at a full plan',
    when: facts => facts.worst === undefined,
    recommendation: 'investigate',
    advice: () =>
      'The source does not say what changed; look at a full plan before the code is applied.',
  },
  {
    id: 'other',
    brief: 'find out who made the other changes and why',
    when: () => true,
    recommendation: 'investigate',
    advice: () =>
      'Find out who changed it and why; then take it into the code if it is wanted, or apply to undo it.',
  },
];

/** What a rule says about a finding. */
export interface Advice {
  recommendation: Recommendation;
  advice: string;
  brief: string;
}

/** What to do about a finding. */
export function adviceOn(
  finding: Finding,
  fields: readonly ToldField[],
): Advice {
  const facts: AdviceFacts = {
    finding,
    fields,
    worst: fields[0],
    grown: fields.some(
      each =>
        [...SIZES, 'versions', 'cloud-version'].includes(each.rule) &&
        each.trend === 'more',
    ),
    data: holdsData(finding),
  };
  const rule = ADVICE_RULES.find(each => each.when(facts))!;
  return {
    recommendation: rule.recommendation,
    advice: inWordsOf(finding, rule.advice(facts)),
    brief: inWordsOf(finding, rule.brief),
  };
}
