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
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useState } from 'react';
import { driftApiRef } from '../api';
import { GuardedButton, problemSentence, useTargetTitle } from '../display';
import { useLoaded } from '../live';
import { useDriftTranslation } from '../useDriftTranslation';
import { ChangePreview, changesAnything } from './ChangePreview';

const useStyles = makeStyles(
  theme => ({
    waiting: { display: 'flex', alignItems: 'center', gap: theme.spacing(1) },
    problem: { marginTop: theme.spacing(2) },
  }),
  { name: 'DriftCaptureDialog' },
);

/** Shows what taking the live state over would change, and does so when confirmed. */
export function CaptureDialog(props: {
  target: DriftTarget;
  onClose(): void;
  onCaptured(revision: number): void;
}) {
  const { target, onClose, onCaptured } = props;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const title = useTargetTitle(target);
  const [storing, setStoring] = useState(false);
  const [problem, setProblem] = useState<string>();
  const preview = useLoaded({
    key: target.id,
    scope: target.id,
    load: () => driftApi.captureDesiredState(target.name, { dryRun: true }),
  });
  const change = preview.loading ? undefined : preview.value;
  const failure = preview.loading ? undefined : preview.error;
  const differs = change !== undefined && changesAnything(change);

  let obstacle: string | undefined;
  if (preview.loading) {
    obstacle = t('desiredState.dialogLoading');
  } else if (failure) {
    obstacle = t('desiredState.dialogFailed', {
      reason: problemSentence(failure),
    });
  } else if (!differs) {
    obstacle = t('desiredState.dialogSame');
  }

  const readAgain = () => {
    setProblem(undefined);
    preview.reload();
  };
  const confirm = async () => {
    if (!change) {
      return;
    }
    setStoring(true);
    setProblem(undefined);
    try {
      const stored = await driftApi.captureDesiredState(target.name, {
        expectedRevision: change.revision,
      });
      onCaptured(stored.revision);
    } catch (error) {
      setStoring(false);
      setProblem(
        t('desiredState.captureFailed', { reason: problemSentence(error) }),
      );
    }
  };

  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={storing ? undefined : onClose}
      aria-labelledby="drift-capture-title"
      aria-describedby="drift-capture-text"
    >
      <DialogTitle id="drift-capture-title">
        {t('desiredState.dialogTitle')}
      </DialogTitle>
      <DialogContent>
        <DialogContentText id="drift-capture-text" color="textPrimary">
          {t('desiredState.dialogText', { name: title })}
        </DialogContentText>
        {preview.loading && (
          <div className={classes.waiting} role="status">
            <CircularProgress size={18} aria-hidden />
            <Typography variant="body2">
              {t('desiredState.dialogLoading')}
            </Typography>
          </div>
        )}
        {failure && (
          <Alert severity="error">
            {t('desiredState.dialogFailed', {
              reason: problemSentence(failure),
            })}
          </Alert>
        )}
        {change && !failure && !differs && (
          <Alert severity="success" variant="outlined">
            {t('desiredState.dialogSame')}
          </Alert>
        )}
        {change && !failure && <ChangePreview change={change} />}
        {problem && (
          <Alert severity="error" className={classes.problem}>
            {problem}
          </Alert>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={storing}>
          {t('desiredState.cancel')}
        </Button>
        {(failure ?? problem) && (
          <Button onClick={readAgain}>{t('desiredState.retry')}</Button>
        )}
        <GuardedButton
          variant="contained"
          color="primary"
          label={
            storing ? t('desiredState.storing') : t('desiredState.confirm')
          }
          busy={storing}
          forbidden={obstacle}
          onClick={confirm}
        />
      </DialogActions>
    </Dialog>
  );
}
