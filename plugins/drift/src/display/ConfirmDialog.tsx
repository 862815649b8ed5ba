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
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { ReactNode, useState } from 'react';
import { GuardedButton } from './GuardedButton';
import { problemSentence } from './problemKind';

const useStyles = makeStyles(
  theme => ({
    content: {
      display: 'grid',
      gap: theme.spacing(2),
      overflowWrap: 'anywhere',
    },
    text: { margin: 0 },
  }),
  { name: 'DriftConfirmDialog' },
);

/** Asks before something is done, does it, and stays open with the reason when it fails. */
export function ConfirmDialog(props: {
  title: string;
  text: string;
  cancelLabel: string;
  confirmLabel: string;
  /** Fields that belong to the question. */
  children?: ReactNode;
  /** Why it cannot be confirmed yet: one sentence. */
  forbidden?: string;
  onClose(): void;
  onConfirm(): Promise<void>;
}) {
  const { title, text, cancelLabel, confirmLabel, children } = props;
  const { forbidden, onClose, onConfirm } = props;
  const classes = useStyles();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const confirm = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
    } catch (error) {
      setBusy(false);
      setProblem(problemSentence(error));
    }
  };
  return (
    <Dialog
      open
      fullWidth
      maxWidth="xs"
      onClose={busy ? undefined : onClose}
      aria-labelledby="drift-confirm-title"
      aria-describedby="drift-confirm-text"
    >
      <DialogTitle id="drift-confirm-title">{title}</DialogTitle>
      <DialogContent className={classes.content}>
        <DialogContentText
          id="drift-confirm-text"
          color="textPrimary"
          className={classes.text}
        >
          {text}
        </DialogContentText>
        {children}
        {problem && <Alert severity="error">{problem}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} disabled={busy}>
          {cancelLabel}
        </Button>
        <GuardedButton
          variant="contained"
          color="primary"
          label={confirmLabel}
          busy={busy}
          forbidden={forbidden}
          onClick={confirm}
        />
      </DialogActions>
    </Dialog>
  );
}
