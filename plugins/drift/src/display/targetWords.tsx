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
import { useDriftTranslation } from '../useDriftTranslation';
import { TimeAgo } from './TimeAgo';

/** What to say of a target in a list: why it failed, else what drifted. */
export function targetSummary(target: DriftTarget): string {
  return target.status === 'error'
    ? target.error ?? target.summary
    : target.summary;
}

/** The last good verdict of a target whose last scan failed; nothing for others. */
export function LastGood(props: { target: DriftTarget }) {
  const { status, lastGoodScanAt, lastGoodStatus } = props.target;
  const { t } = useDriftTranslation();
  if (status !== 'error' || !lastGoodScanAt || !lastGoodStatus) {
    return null;
  }
  return (
    <>
      {t('target.failedLastGood', {
        status: t(`status.${lastGoodStatus}`),
        when: <TimeAgo iso={lastGoodScanAt} />,
      })}
    </>
  );
}
