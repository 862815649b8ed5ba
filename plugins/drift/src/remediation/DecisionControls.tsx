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

import { BackstageTheme } from '@backstage/theme';
import { Remediation } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useEffect, useRef, useState } from 'react';
import { GuardedButton, readableOn } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { Decision } from './useDecision';
import { nameToType } from './useRemediationTitle';
import { isOpen } from './useRemediation';
import { useRemediationWords } from './words';

const LONGEST_TEXT = 1_000;

const useStyles = makeStyles<BackstageTheme>(
  theme => ({
    field: { marginTop: theme.spacing(1.5), maxWidth: 640 },
    problem: { marginTop: theme.spacing(2) },
    buttons: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
    },
    danger: {
      color: theme.palette.getContrastText(
        readableOn(theme.palette.background.paper, theme.palette.status.error),
      ),
      backgroundColor: readableOn(
        theme.palette.background.paper,
        theme.palette.status.error,
      ),
      '&:hover': {
        backgroundColor: readableOn(
          theme.palette.background.paper,
          theme.palette.status.error,
        ),
      },
    },
    reject: {
      marginTop: theme.spacing(2),
      padding: theme.spacing(1.5),
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
    },
    title: {
      fontSize: theme.typography.pxToRem(16),
      fontWeight: 700,
      margin: 0,
    },
  }),
  { name: 'DriftDecisionControls' },
);

interface ControlsProps {
  remediation: Remediation;
  decision: Decision;
}

/** What somebody has to type before going on, if anything. */
function askedNameOf(remediation: Remediation): string | undefined {
  const { state } = remediation;
  return state === 'previewed' || state === 'awaiting-approval'
    ? nameToType(remediation)
    : undefined;
}

/** Why the change cannot be let go ahead, besides what the backend says. */
function useObstacle(props: ControlsProps): string | undefined {
  const { remediation, decision } = props;
  const { preview, action } = remediation;
  const { t } = useDriftTranslation();
  const name = askedNameOf(remediation);
  if (!preview) {
    return t('remediationDecision.notNow');
  }
  if (action === 'adopt' && preview.pullRequest?.possible === false) {
    return (
      preview.pullRequest.reason ?? t('remediationPreview.pullRequestNoPlain')
    );
  }
  if (preview.changes.length === 0 && !preview.patch?.files.length) {
    return t('remediationDecision.nothing');
  }
  if (name !== undefined && decision.typed.trim() !== name) {
    return decision.typed.trim()
      ? t('remediationDecision.typedWrong')
      : t('remediationDecision.typedMissing');
  }
  return undefined;
}

/** What has to be typed or may be said before deciding, and why the last try was refused. */
export function DecisionFields(props: ControlsProps) {
  const { remediation, decision } = props;
  const { state, may } = remediation;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const name = askedNameOf(remediation);
  const mayGoOn =
    (state === 'previewed' && may.confirm.allowed) ||
    (state === 'awaiting-approval' && may.approve.allowed);
  return (
    <>
      {name !== undefined && mayGoOn && (
        <div className={classes.field}>
          <Typography
            component="label"
            htmlFor="drift-remediation-typed"
            variant="body2"
          >
            {t('remediationDecision.typed', { name })}
          </Typography>
          <TextField
            fullWidth
            id="drift-remediation-typed"
            variant="outlined"
            size="small"
            autoComplete="off"
            value={decision.typed}
            error={
              decision.typed.trim() !== '' && decision.typed.trim() !== name
            }
            helperText={
              decision.typed.trim() !== '' && decision.typed.trim() !== name
                ? t('remediationDecision.typedWrong')
                : ' '
            }
            onChange={event => decision.setTyped(event.target.value)}
          />
        </div>
      )}
      {state === 'awaiting-approval' && may.approve.allowed && (
        <TextField
          fullWidth
          multiline
          id="drift-remediation-note"
          className={classes.field}
          variant="outlined"
          size="small"
          label={t('remediationDecision.note')}
          inputProps={{ maxLength: LONGEST_TEXT }}
          value={decision.note}
          onChange={event => decision.setNote(event.target.value)}
        />
      )}
      {decision.problem && (
        <Alert
          severity="error"
          className={classes.problem}
          onClose={decision.dismiss}
        >
          {decision.problem}
        </Alert>
      )}
    </>
  );
}

function RejectForm(props: ControlsProps & { onBack(): void }) {
  const { remediation, decision, onBack } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const [reason, setReason] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  // The button that had the focus has gone.
  useEffect(() => field.current?.focus(), []);
  const text = reason.trim();
  return (
    <form
      className={classes.reject}
      aria-label={t('remediationDecision.rejectTitle')}
      onSubmit={event => event.preventDefault()}
    >
      <Typography component="h4" className={classes.title}>
        {t('remediationDecision.rejectTitle')}
      </Typography>
      <Typography variant="body2">
        {remediation.origin === 'policy'
          ? t('remediationDecision.rejectTextPolicy')
          : t('remediationDecision.rejectText', {
              who: words.who(remediation.requestedBy),
            })}
      </Typography>
      <TextField
        fullWidth
        multiline
        required
        inputRef={field}
        id="drift-remediation-reject"
        className={classes.field}
        variant="outlined"
        size="small"
        label={t('remediationDecision.rejectReason')}
        inputProps={{ maxLength: LONGEST_TEXT }}
        value={reason}
        onChange={event => setReason(event.target.value)}
      />
      <div className={`${classes.buttons} ${classes.field}`}>
        <GuardedButton
          variant="contained"
          color="primary"
          label={t('remediationDecision.reject')}
          busy={decision.busy === 'reject'}
          forbidden={text ? undefined : t('remediationDecision.rejectMissing')}
          onClick={async () => {
            await decision.reject(text);
            onBack();
          }}
        />
        <GuardedButton label={t('remediationDecision.back')} onClick={onBack} />
      </div>
    </form>
  );
}

function useGoOnLabel(remediation: Remediation): string {
  const { t } = useDriftTranslation();
  const { state, action, decision } = remediation;
  if (state === 'awaiting-approval') {
    return t('remediationDecision.approve');
  }
  if (decision?.needsApproval) {
    return t('remediationDecision.confirmReview');
  }
  return action === 'adopt'
    ? t('remediationDecision.confirmAdopt')
    : t('remediationDecision.confirm');
}

/** What the person in front of the screen can do now; nothing once it has ended. */
export function DecisionButtons(props: ControlsProps) {
  const { remediation, decision } = props;
  const { state, may, preview, action } = remediation;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const obstacle = useObstacle(props);
  const goOnLabel = useGoOnLabel(remediation);
  const [rejecting, setRejecting] = useState(false);
  const waits = state === 'previewed' || state === 'awaiting-approval';
  const goOn = state === 'previewed' ? may.confirm : may.approve;
  const kind = state === 'previewed' ? 'confirm' : 'approve';
  // Who may take it back themselves need not refuse it before it waits for others.
  const mayReject =
    state === 'awaiting-approval' ||
    (may.reject.allowed && !may.cancel.allowed);
  // Another decision is on its way: one at a time.
  const others = decision.busy
    ? t('remediationDecision.confirming')
    : undefined;
  if (!isOpen(state)) {
    return null;
  }
  if (rejecting && mayReject) {
    return <RejectForm {...props} onBack={() => setRejecting(false)} />;
  }
  return (
    <div className={classes.buttons}>
      {may.cancel.allowed && (
        <GuardedButton
          label={t('remediationDecision.cancel')}
          busy={decision.busy === 'cancel'}
          forbidden={decision.busy === 'cancel' ? undefined : others}
          onClick={async () => {
            await decision.cancel();
          }}
        />
      )}
      {mayReject && (
        <GuardedButton
          variant="outlined"
          label={t('remediationDecision.reject')}
          busy={decision.busy === 'reject'}
          forbidden={
            may.reject.allowed
              ? others
              : may.reject.reason ?? t('remediationDecision.notNow')
          }
          onClick={() => setRejecting(true)}
        />
      )}
      {waits && (
        <GuardedButton
          variant="contained"
          color="primary"
          className={
            preview?.destructive && action === 'revert'
              ? classes.danger
              : undefined
          }
          label={goOnLabel}
          busy={decision.busy === kind}
          forbidden={
            (goOn.allowed
              ? obstacle
              : goOn.reason ?? t('remediationDecision.notNow')) ??
            (decision.busy === kind ? undefined : others)
          }
          onClick={kind === 'confirm' ? decision.confirm : decision.approve}
        />
      )}
    </div>
  );
}
