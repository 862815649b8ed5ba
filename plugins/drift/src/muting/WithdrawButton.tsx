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

import { useApi } from '@backstage/core-plugin-api';
import { useState } from 'react';
import { driftApiRef } from '../api';
import { GuardedButton, problemSentence } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { useMayAcknowledge } from './useMay';

/** Takes an acknowledgement back, so that the drift alarms again. */
export function WithdrawButton(props: {
  acknowledgement: { id: string; targetId: string; address: string };
  onWithdrawn(): void;
  /** It could not be withdrawn; a whole sentence. */
  onProblem(sentence: string): void;
}) {
  const { acknowledgement, onWithdrawn, onProblem } = props;
  const { id, targetId, address } = acknowledgement;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const may = useMayAcknowledge(targetId);
  const [busy, setBusy] = useState(false);
  const withdraw = async () => {
    setBusy(true);
    try {
      await driftApi.withdrawAcknowledgement(targetId, id);
      onWithdrawn();
    } catch (error) {
      onProblem(
        t('acknowledgements.withdrawFailed', {
          reason: problemSentence(error),
        }),
      );
    }
    setBusy(false);
  };
  return (
    <GuardedButton
      size="small"
      variant="outlined"
      label={t('acknowledgements.withdraw')}
      name={t('acknowledgements.withdrawOf', { address })}
      busy={busy || may.loading}
      forbidden={may.forbidden}
      onClick={withdraw}
    />
  );
}
