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
import { useRouteRef, useRouteRefParams } from '@backstage/core-plugin-api';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import Skeleton from '@material-ui/lab/Skeleton';
import { useCallback, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { Problem, ScanButton, useTargetTitle } from '../display';
import { PageFrame, PageFrameProps } from '../page/PageFrame';
import { RemediateButton } from '../remediation';
import { rootRouteRef, targetRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { MoreActions } from './MoreActions';
import { TargetBody } from './TargetBody';
import { TargetHead } from './TargetHead';
import { useTarget } from './useTarget';

const SCAN_PARAMETER = 'scan';

const useStyles = makeStyles(
  theme => ({
    problem: { marginBottom: theme.spacing(2) },
    skeletons: { display: 'grid', gap: theme.spacing(2) },
  }),
  { name: 'DriftTargetPage' },
);

/** The scan in the address bar whose findings are shown, instead of those of now. */
export function useChosenScan(): [
  string | undefined,
  (scanId: string | undefined) => void,
] {
  const [params, setParams] = useSearchParams();
  const choose = useCallback(
    (scanId: string | undefined) =>
      setParams(old => {
        const next = new URLSearchParams(old);
        if (scanId) {
          next.set(SCAN_PARAMETER, scanId);
        } else {
          next.delete(SCAN_PARAMETER);
        }
        return next;
      }),
    [setParams],
  );
  return [params.get(SCAN_PARAMETER) ?? undefined, choose];
}

/** `<source>:<client or ->/<name>` without source and client, while the target is not loaded. */
function nameOf(targetId: string): string {
  return targetId.slice(targetId.indexOf('/') + 1);
}

function TargetFrame(
  props: Omit<PageFrameProps, 'title'> & { target: DriftTarget },
) {
  const { target, ...frame } = props;
  return <PageFrame {...frame} title={useTargetTitle(target)} />;
}

/** Everything about one target. */
export function TargetPage() {
  const { id } = useRouteRefParams(targetRouteRef);
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const parent = { title: t('target.back'), path: useRouteRef(rootRouteRef)() };
  const [scanId, chooseScan] = useChosenScan();
  const [problem, setProblem] = useState<string>();
  const loaded = useTarget(id, scanId);
  const target = loaded.target.value;

  if (!target) {
    return (
      <PageFrame title={nameOf(id)} parent={parent}>
        {loaded.target.error ? (
          <Problem
            error={loaded.target.error}
            onRetry={loaded.refresh}
            elsewhere={<Link to={parent.path}>{t('problem.toDashboard')}</Link>}
          />
        ) : (
          <div
            className={classes.skeletons}
            aria-busy
            aria-label={t('target.loading')}
            role="group"
          >
            <Skeleton variant="rect" height={72} />
            <Skeleton variant="rect" height={120} />
            <Skeleton variant="rect" height={240} />
          </div>
        )}
      </PageFrame>
    );
  }

  return (
    <TargetFrame
      target={target}
      parent={parent}
      actions={
        <>
          <RemediateButton
            target={target}
            variant="primary"
            onChanged={loaded.refresh}
          />
          <ScanButton
            target={target}
            variant="button"
            onRequested={loaded.refresh}
            onProblem={setProblem}
          />
          <MoreActions target={target} onChanged={loaded.refresh} />
        </>
      }
    >
      {problem && (
        <Alert
          severity="error"
          className={classes.problem}
          onClose={() => setProblem(undefined)}
        >
          {problem}
        </Alert>
      )}
      <TargetHead
        target={target}
        lastScan={loaded.scans.value?.items.find(
          ({ finishedAt }) => finishedAt,
        )}
      />
      <TargetBody
        target={target}
        loaded={loaded}
        scanId={scanId}
        onChooseScan={chooseScan}
      />
    </TargetFrame>
  );
}
