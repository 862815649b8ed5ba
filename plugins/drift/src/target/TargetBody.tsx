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

import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import LinearProgress from '@material-ui/core/LinearProgress';
import Alert from '@material-ui/lab/Alert';
import { ReactNode, useState } from 'react';
import { DesiredStateSection } from '../desiredState';
import {
  Hidden,
  kindOfSource,
  LoadingBlock,
  Problem,
  RefreshProblem,
  Stack,
} from '../display';
import { FindingActionsProvider } from '../muting';
import { PolicyExplanationsProvider } from '../policy';
import {
  CurrentRemediations,
  PastRemediations,
  useTargetRemediations,
} from '../remediation';
import { useDriftTranslation } from '../useDriftTranslation';
import { Findings } from './Findings';
import { History } from './History';
import { Limits } from './Limits';
import { PastScan } from './PastScan';
import { LoadedTarget } from './useTarget';
import { Verdict } from './Verdict';

/** Lets findings be acted on, unless they are those of an earlier scan. */
function ActionableFindings(props: {
  target: DriftTarget;
  history: boolean;
  onChanged(): void;
  children: ReactNode;
}) {
  const { target, history, onChanged, children } = props;
  const [notice, setNotice] = useState<{
    severity: 'success' | 'error';
    text: string;
  }>();
  if (history) {
    return <>{children}</>;
  }
  return (
    <FindingActionsProvider value={{ target, onChanged, onNotice: setNotice }}>
      <PolicyExplanationsProvider target={target}>
        {notice && (
          <Alert
            severity={notice.severity}
            onClose={() => setNotice(undefined)}
          >
            {notice.text}
          </Alert>
        )}
        {children}
      </PolicyExplanationsProvider>
    </FindingActionsProvider>
  );
}

/** Everything about a target below its head: verdict, findings, limits, history. */
export function TargetBody(props: {
  target: DriftTarget;
  loaded: LoadedTarget;
  scanId: string | undefined;
  onChooseScan(scanId: string | undefined): void;
}) {
  const { target, loaded, scanId, onChooseScan } = props;
  const { scans, findings } = loaded;
  const { t } = useDriftTranslation();
  const remediations = useTargetRemediations(target.id);
  const refreshError = loaded.target.error ?? scans.error;
  return (
    <Stack>
      {refreshError && (
        <RefreshProblem error={refreshError} onRetry={loaded.refresh} />
      )}
      {target.activeScan && (
        <LinearProgress aria-label={t('target.activeScan')} />
      )}
      <Hidden live>{target.activeScan ? t('target.activeScan') : ''}</Hidden>
      {!scanId && <CurrentRemediations remediations={remediations} />}
      {scanId ? (
        <PastScan
          scan={scans.value?.items.find(scan => scan.id === scanId)}
          nothingFound={findings.value?.totalItems === 0}
          onLeave={() => onChooseScan(undefined)}
        />
      ) : (
        <Verdict target={target} analysis={loaded.analysis} />
      )}
      {findings.value ? (
        <ActionableFindings
          key={scanId ?? ''}
          target={target}
          history={scanId !== undefined}
          onChanged={loaded.refresh}
        >
          <Findings
            page={findings.value}
            analysis={scanId ? undefined : loaded.analysis.value}
            loadingMore={findings.loading}
            onLoadMore={loaded.loadMoreFindings}
          />
        </ActionableFindings>
      ) : (
        findings.loading && (
          <LoadingBlock label={t('findings.loading')} height={160} />
        )
      )}
      {findings.error && !findings.value && (
        <Problem error={findings.error} onRetry={findings.reload} />
      )}
      {!scanId && kindOfSource(target.source) === 'tenant' && (
        <DesiredStateSection target={target} />
      )}
      {!scanId && (
        <Limits warnings={target.warnings} blindSpots={target.blindSpots} />
      )}
      {!scanId && (
        <PastRemediations target={target} remediations={remediations} />
      )}
      {scans.value ? (
        <History
          scans={scans.value.items}
          chosen={scanId}
          onChoose={onChooseScan}
        />
      ) : (
        scans.loading && (
          <LoadingBlock label={t('history.loading')} height={80} />
        )
      )}
    </Stack>
  );
}
