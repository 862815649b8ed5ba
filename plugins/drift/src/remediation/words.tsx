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

import {
  RemediationAction,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import { kindOfSource, Person } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

/** Who does things in the name of the plugin itself. */
const PLUGIN = 'drift';
const POLICY = 'policy:';

const ACTION_KEYS = {
  revert: 'Revert',
  'refresh-state': 'RefreshState',
  adopt: 'Adopt',
} as const;

const STATE_KEYS = {
  requested: 'Requested',
  previewed: 'Previewed',
  'awaiting-approval': 'AwaitingApproval',
  approved: 'Approved',
  running: 'Running',
  verifying: 'Verifying',
  succeeded: 'Succeeded',
  failed: 'Failed',
  superseded: 'Superseded',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
  expired: 'Expired',
  'dry-run': 'DryRun',
} as const;

/**
 * Whether a remediation is carried out by something that people know by name,
 * such as a pipeline. A change of the code has no such place.
 */
export function runsElsewhere(
  route: string,
  action: RemediationAction,
  source: string,
): boolean {
  return action !== 'adopt' && route !== source;
}

/** What remediations, their states and actions are called. */
export interface RemediationWords {
  action(action: RemediationAction, source: string): string;
  shortAction(action: RemediationAction): string;
  /** What the action leads to, in one or two sentences. */
  consequence(action: RemediationAction, source: string): string;
  state(state: RemediationState): string;
  /** Whoever did something, as plain text. */
  who(who: string): string;
}

/** Words for remediations in the language of the app. */
export function useRemediationWords(): RemediationWords {
  const { t } = useDriftTranslation();
  const byCode = (source: string) => kindOfSource(source) === 'module';
  return {
    action: (action, source) => {
      const key = ACTION_KEYS[action];
      return key === 'RefreshState' || byCode(source)
        ? t(`remediation.action${key}`)
        : t(`remediation.action${key}Tenant`);
    },
    shortAction: action => t(`remediation.short${ACTION_KEYS[action]}`),
    consequence: (action, source) => {
      const key = ACTION_KEYS[action];
      return key === 'RefreshState' || byCode(source)
        ? t(`remediation.hint${key}`)
        : t(`remediation.hint${key}Tenant`);
    },
    state: state => t(`remediation.state${STATE_KEYS[state]}`),
    who: who => {
      if (who === PLUGIN) {
        return t('remediation.plugin');
      }
      return who.startsWith(POLICY)
        ? t('remediation.policy', { id: who.slice(POLICY.length) })
        : who.replace(/^user:(default\/)?/, '');
    },
  };
}

/** Whoever asked, approved or did something: a person, a policy or the plugin. */
export function Who(props: { who: string }) {
  const { who } = props;
  const words = useRemediationWords();
  return who === PLUGIN || who.startsWith(POLICY) ? (
    <>{words.who(who)}</>
  ) : (
    <Person who={who} />
  );
}
