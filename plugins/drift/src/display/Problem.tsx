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

import Button from '@material-ui/core/Button';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { ReactNode } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';
import { problemKind, problemSentence } from './problemKind';

/** What a failed request means and what to do. */
export function Problem(props: {
  error: Error;
  onRetry(): void;
  /** Where to go when trying again is of no use. */
  elsewhere?: ReactNode;
}) {
  const { error, onRetry, elsewhere } = props;
  const { t } = useDriftTranslation();
  const kind = problemKind(error);
  const final = kind === 'forbidden' || kind === 'notFound';
  return (
    <Alert
      severity={final ? 'info' : 'error'}
      variant="outlined"
      action={
        final && elsewhere ? (
          elsewhere
        ) : (
          <Button color="inherit" size="small" onClick={onRetry}>
            {t('problem.retry')}
          </Button>
        )
      }
    >
      <AlertTitle>{t(`problem.${kind}Title`)}</AlertTitle>
      {kind === 'other' ? problemSentence(error) : t(`problem.${kind}Text`)}
    </Alert>
  );
}

/** Says that a refresh failed while older content stays on the screen. */
export function RefreshProblem(props: { error: Error; onRetry(): void }) {
  const { error, onRetry } = props;
  const { t } = useDriftTranslation();
  const kind = problemKind(error);
  return (
    <Alert
      severity="warning"
      action={
        <Button color="inherit" size="small" onClick={onRetry}>
          {t('problem.retry')}
        </Button>
      }
    >
      <AlertTitle>{t('problem.refreshTitle')}</AlertTitle>
      {kind === 'other' ? problemSentence(error) : t(`problem.${kind}Text`)}
    </Alert>
  );
}
