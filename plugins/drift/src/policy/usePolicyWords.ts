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

import { useApiHolder } from '@backstage/core-plugin-api';
import { appLanguageApiRef } from '@backstage/core-plugin-api/alpha';
import {
  PolicyWindow,
  RemediationPolicy,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { Duration, Info } from 'luxon';
import { sourceLabel } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { readCron } from './cron';

/** Words for what a repair does. */
export const REPAIR_WORDS = {
  create: 'policies.repairCreate',
  update: 'policies.repairUpdate',
  delete: 'policies.repairDelete',
  replace: 'policies.repairReplace',
  move: 'policies.repairMove',
  import: 'policies.repairImport',
  read: 'policies.repairRead',
  forget: 'policies.repairForget',
  unknown: 'policies.repairUnknown',
} as const satisfies Record<ResourceChange, string>;

/** Says policies in words. */
export interface PolicyWords {
  /** What a policy holds for. */
  scope(policy: RemediationPolicy): string;
  window(window: PolicyWindow): string;
}

/** Words for policies in the language of the app. */
export function usePolicyWords(): PolicyWords {
  const { t } = useDriftTranslation();
  const locale =
    useApiHolder().get(appLanguageApiRef)?.getLanguage().language ?? 'en';
  const either = (words: string[]) =>
    new Intl.ListFormat(locale, { type: 'disjunction' }).format(words);

  const opens = (cron: string): string => {
    const words = readCron(cron);
    switch (words.kind) {
      case 'everyDay':
        return t('policies.everyDay', { time: words.time });
      case 'onDays': {
        const names = Info.weekdays('short', { locale });
        const { days } = words;
        const [first, last] = [days[0], days[days.length - 1]];
        const span = days.length > 2 && last - first === days.length - 1;
        return t('policies.onDays', {
          days: span
            ? `${names[first - 1]}–${names[last - 1]}`
            : days.map(day => names[day - 1]).join(', '),
          time: words.time,
        });
      }
      case 'onDayOfMonth':
        return t('policies.onDayOfMonth', {
          day: String(words.day),
          time: words.time,
        });
      default:
        return t('policies.atCron', { cron: words.cron });
    }
  };
  const lasts = (iso: string): string => {
    const duration = Duration.fromISO(iso, { locale });
    return duration.isValid ? duration.toHuman() : iso;
  };

  return {
    scope: ({ resourceType, change, severity, target, client, source }) =>
      [
        target && t('policies.wordsTarget', { target }),
        client && t('policies.wordsClient', { client }),
        source && t('policies.wordsSource', { source: sourceLabel(source) }),
        resourceType && t('policies.wordsType', { type: resourceType }),
        change &&
          t('policies.wordsChange', {
            changes: either(change.map(each => t(REPAIR_WORDS[each]))),
          }),
        severity &&
          t('policies.wordsSeverity', {
            severities: either(
              severity.map(each => t(`risk.${each}`).toLocaleLowerCase(locale)),
            ),
          }),
      ]
        .filter(Boolean)
        .join(', ') || t('policies.wordsEverything'),
    window: ({ kind, cron, duration, timezone = 'UTC' }) =>
      t(kind === 'allow' ? 'policies.windowAllow' : 'policies.windowDeny', {
        when: opens(cron),
        duration: lasts(duration),
        zone: timezone,
      }),
  };
}
