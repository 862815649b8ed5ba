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

import AlertTitle from '@material-ui/lab/AlertTitle';
import { Note, TimeAgo } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { useRemediationHost } from './RemediationHost';
import { useRemediationWords } from './words';

/** Says that nothing is applied here now, and why; nothing where things are applied. */
export function StatusBanner() {
  const status = useRemediationHost()?.status.value;
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  if (!status) {
    return null;
  }
  if (!status.enabled) {
    return (
      <Note severity="info" variant="outlined">
        <AlertTitle>{t('remediations.disabledTitle')}</AlertTitle>
        {t('remediations.disabledText')}
      </Note>
    );
  }
  if (status.stopped) {
    const { stoppedBy, stoppedAt, stopReason } = status;
    return (
      <Note severity="warning" variant="outlined">
        <AlertTitle>{t('remediations.stoppedTitle')}</AlertTitle>
        {stoppedBy && stoppedAt && (
          <div>
            {t('remediations.stoppedBy', {
              who: words.who(stoppedBy),
              when: <TimeAgo iso={stoppedAt} />,
            })}
          </div>
        )}
        {stopReason && <div>{stopReason}</div>}
      </Note>
    );
  }
  return status.dryRun ? (
    <Note severity="info" variant="outlined">
      <AlertTitle>{t('remediations.dryRunTitle')}</AlertTitle>
      {t('remediations.dryRunText')}
    </Note>
  ) : null;
}
