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
  DriftAnalysis,
  DriftTarget,
} from '@infra-hub/backstage-plugin-drift-common';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { kindOfSource, LastGood, Note, TimeAgo } from '../display';
import { Loaded } from '../live';
import { useDriftTranslation } from '../useDriftTranslation';
import { Explanation } from './Explanation';

function Failed(props: { target: DriftTarget }) {
  const { target } = props;
  const { t } = useDriftTranslation();
  return (
    <Note severity="error" variant="outlined">
      <AlertTitle>{t('target.failedTitle')}</AlertTitle>
      {target.error && <div>{target.error}</div>}
      <div>
        {target.lastGoodScanAt && target.lastGoodStatus ? (
          <LastGood target={target} />
        ) : (
          t('target.failedNeverGood')
        )}
      </div>
    </Note>
  );
}

function Stale(props: { target: DriftTarget }) {
  const { lastGoodScanAt } = props.target;
  const { t } = useDriftTranslation();
  return (
    <Note severity="warning" variant="outlined">
      <AlertTitle>{t('target.staleTitle')}</AlertTitle>
      {lastGoodScanAt
        ? t('target.staleText', { when: <TimeAgo iso={lastGoodScanAt} /> })
        : t('target.staleNever')}
    </Note>
  );
}

function Never(props: { target: DriftTarget }) {
  const { nextScanAt } = props.target;
  const { t } = useDriftTranslation();
  return (
    <Note severity="info" variant="outlined">
      <AlertTitle>{t('target.neverTitle')}</AlertTitle>
      {t('target.neverText')}{' '}
      {nextScanAt &&
        t('target.neverNext', { when: <TimeAgo iso={nextScanAt} /> })}
    </Note>
  );
}

function Good(props: { target: DriftTarget }) {
  const { target } = props;
  const { t } = useDriftTranslation();
  const byCode = kindOfSource(target.source) === 'module';
  return target.status === 'clean' ? (
    <Note severity="success" variant="outlined">
      <AlertTitle>{t('target.cleanTitle')}</AlertTitle>
      {t(byCode ? 'target.cleanText' : 'target.cleanTenantText', {
        amount: target.totalResources,
      })}
    </Note>
  ) : (
    <Note severity="info" variant="outlined">
      <AlertTitle>
        {t(byCode ? 'target.pendingTitle' : 'target.pendingTenantTitle')}
      </AlertTitle>
      {t('target.pendingText')}
    </Note>
  );
}

/** What is known of a target now, in words, and how far to trust it. */
export function Verdict(props: {
  target: DriftTarget;
  analysis: Loaded<DriftAnalysis>;
}) {
  const { target, analysis } = props;
  // A scan that never gave a verdict has nothing to explain beside its failure.
  const explained =
    target.status !== 'unknown' &&
    (target.status !== 'error' || target.driftedResources > 0);
  const good = target.status === 'clean' || target.status === 'pending';
  return (
    <>
      {target.status === 'error' && <Failed target={target} />}
      {target.status === 'unknown' && <Never target={target} />}
      {target.stale && target.status !== 'unknown' && <Stale target={target} />}
      {good && !target.stale && <Good target={target} />}
      {explained && <Explanation target={target} analysis={analysis} />}
    </>
  );
}
