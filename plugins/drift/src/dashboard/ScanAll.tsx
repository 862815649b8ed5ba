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
import { ScanRound } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import RefreshIcon from '@material-ui/icons/Refresh';
import { useState } from 'react';
import { driftApiRef } from '../api';
import { GuardedButton, problemSentence } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { DashboardQuery, isFiltered, toFilter } from './dashboardQuery';

/** Scans everything that the filters let through, after one question. */
export function ScanAll(props: {
  query: DashboardQuery;
  /** How many targets match; unknown while loading. */
  totalItems: number | undefined;
  onStarted(round: ScanRound): void;
  onProblem(sentence: string): void;
}) {
  const { query, totalItems, onStarted, onProblem } = props;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [open, setOpen] = useState(false);
  const [asking, setAsking] = useState(false);

  const scan = async () => {
    setAsking(true);
    try {
      onStarted(await driftApi.requestScanAll(toFilter(query)));
    } catch (error) {
      onProblem(t('scanAll.failed', { reason: problemSentence(error) }));
    }
    setAsking(false);
    setOpen(false);
  };

  return (
    <>
      <GuardedButton
        variant="outlined"
        startIcon={<RefreshIcon aria-hidden />}
        label={
          isFiltered(query) ? t('scanAll.buttonFiltered') : t('scanAll.button')
        }
        forbidden={totalItems === 0 ? t('scanAll.nothing') : undefined}
        onClick={() => setOpen(true)}
      />
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        aria-labelledby="drift-scan-all-title"
        aria-describedby="drift-scan-all-text"
      >
        <DialogTitle id="drift-scan-all-title">
          {t('scanAll.title')}
        </DialogTitle>
        <DialogContent>
          <DialogContentText id="drift-scan-all-text">
            {totalItems === undefined
              ? t('scanAll.questionOpen')
              : t('scanAll.question', { count: totalItems })}{' '}
            {t('scanAll.onlyAllowed')}
          </DialogContentText>
        </DialogContent>
        <DialogActions>
          <Button onClick={() => setOpen(false)}>{t('scanAll.cancel')}</Button>
          <Button
            variant="contained"
            color="primary"
            disabled={asking}
            onClick={scan}
          >
            {t('scanAll.confirm')}
          </Button>
        </DialogActions>
      </Dialog>
    </>
  );
}
