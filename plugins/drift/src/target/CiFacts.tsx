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

import { Link } from '@backstage/core-components';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { ScanSummary } from '@infra-hub/backstage-plugin-drift-common';
import { ReactNode } from 'react';
import { CopyButton, webAddress } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

/** As many characters of a commit as people read and tools accept. */
const SHORT_COMMIT = 8;

const TRIGGER_WORDS = {
  schedule: 'history.triggerSchedule',
  manual: 'history.triggerManual',
  ci: 'history.triggerCi',
  verify: 'history.triggerVerify',
} as const;

/** A named fact about a scan. */
export interface ScanFact {
  name: string;
  value: ReactNode;
}

function Commit(props: { commit: string }) {
  const { commit } = props;
  const { t } = useDriftTranslation();
  return (
    <>
      <code title={commit}>{commit.slice(0, SHORT_COMMIT)}</code>
      <CopyButton
        text={commit}
        label={t('ci.copyCommit', { commit: commit.slice(0, SHORT_COMMIT) })}
        done={t('ci.copiedCommit')}
      />
    </>
  );
}

function Requester(props: { name: string }) {
  const { name } = props;
  return name.startsWith('user:') ? (
    <EntityRefLink entityRef={name} defaultKind="user" />
  ) : (
    <>{name}</>
  );
}

/** Where a scan comes from: trigger, who, commit and run, as far as known. */
export function useScanFacts(): (scan: ScanSummary) => ScanFact[] {
  const { t } = useDriftTranslation();
  return scan => {
    const run = webAddress(scan.runUrl);
    const facts: (ScanFact | undefined)[] = [
      {
        name: t('ci.trigger'),
        value: t(TRIGGER_WORDS[scan.trigger]),
      },
      scan.requestedBy && scan.trigger === 'manual'
        ? {
            name: t('ci.requestedBy'),
            value: <Requester name={scan.requestedBy} />,
          }
        : undefined,
      scan.actor ? { name: t('ci.actor'), value: scan.actor } : undefined,
      scan.commit
        ? { name: t('ci.commit'), value: <Commit commit={scan.commit} /> }
        : undefined,
      run
        ? {
            name: t('ci.run'),
            value: <Link to={run}>{t('ci.runLink')}</Link>,
          }
        : undefined,
    ];
    return facts.filter(fact => fact !== undefined);
  };
}
