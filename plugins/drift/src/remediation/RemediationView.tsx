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
  Remediation,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useEffect, useState } from 'react';
import { Hidden, Note, RefreshProblem, TimeAgo } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { DecisionNote } from './DecisionNote';
import { LogView } from './LogView';
import { PreviewView } from './PreviewView';
import { ResultView } from './ResultView';
import { RunSteps } from './RunSteps';
import { Decision } from './useDecision';
import { isOpen, LiveRemediation } from './useRemediation';
import { useRemediationWords } from './words';

const useStyles = makeStyles(
  theme => ({
    waiting: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      margin: theme.spacing(1, 0),
    },
    note: { marginTop: theme.spacing(1) },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0, 1),
      marginTop: theme.spacing(2),
    },
    title: {
      fontSize: theme.typography.pxToRem(18),
      fontWeight: 700,
      margin: 0,
    },
    toggle: { textTransform: 'none' },
  }),
  { name: 'DriftRemediationView' },
);

/** States in which somebody reads the preview to decide. */
const DECIDING: RemediationState[] = ['previewed', 'awaiting-approval'];
const WORKING: RemediationState[] = ['approved', 'running', 'verifying'];

/** Its message, unless that only says once more that it is being applied. */
function worthSaying(remediation: Remediation): string | undefined {
  return remediation.state === 'running' ? undefined : remediation.message;
}

/** What it waits for, and for how long. */
function Waiting(props: { remediation: Remediation }) {
  const { state, expiresAt, may } = props.remediation;
  const message = worthSaying(props.remediation);
  const classes = useStyles();
  const { t } = useDriftTranslation();
  // While it is verified, this is when it is looked at again.
  const waitsUntil =
    state === 'verifying' ? undefined : props.remediation.waitsUntil;
  const awaitsOther = state === 'awaiting-approval' && !may.approve.allowed;
  if (
    !isOpen(state) ||
    !(
      message ||
      waitsUntil ||
      (expiresAt && DECIDING.includes(state)) ||
      awaitsOther
    )
  ) {
    return null;
  }
  return (
    <Note severity="info" variant="outlined" className={classes.note}>
      {message && <div>{message}</div>}
      {awaitsOther && <div>{t('remediationDecision.approverWaits')}</div>}
      {waitsUntil && (
        <div>
          {t('remediationDecision.waitsUntil', {
            when: <TimeAgo iso={waitsUntil} />,
          })}
        </div>
      )}
      {expiresAt && DECIDING.includes(state) && (
        <div>
          {t('remediationDecision.expires', {
            when: <TimeAgo iso={expiresAt} />,
          })}
        </div>
      )}
    </Note>
  );
}

function Preview(props: { remediation: Remediation }) {
  const { remediation } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const deciding = DECIDING.includes(remediation.state);
  const [shown, setShown] = useState(deciding);
  useEffect(() => setShown(deciding), [deciding]);
  if (!remediation.preview) {
    return null;
  }
  return (
    <>
      <div className={classes.head}>
        <Typography component="h3" className={classes.title}>
          {deciding
            ? t('remediationPreview.title')
            : t('remediationPreview.titleDone')}
        </Typography>
        {!deciding && (
          <Button
            size="small"
            className={classes.toggle}
            aria-expanded={shown}
            onClick={() => setShown(!shown)}
          >
            {shown
              ? t('remediationPreview.hide')
              : t('remediationPreview.show')}
          </Button>
        )}
      </div>
      {shown && <PreviewView remediation={remediation} />}
    </>
  );
}

/**
 * Everything about one remediation that helps to decide and to follow: preview,
 * what policy says, steps, log and result. The buttons stand elsewhere.
 */
export function RemediationView(props: {
  live: LiveRemediation;
  remediation: Remediation;
  decision: Decision;
}) {
  const { live, remediation, decision } = props;
  const { state, log } = remediation;
  const message = worthSaying(remediation);
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const deciding = DECIDING.includes(state);
  const working = WORKING.includes(state);
  return (
    <>
      <Hidden live>
        {[words.state(state), message].filter(Boolean).join('. ')}
      </Hidden>
      {live.error && (
        <RefreshProblem error={live.error} onRetry={live.reload} />
      )}
      {decision.previewChanged && deciding && (
        <Alert severity="warning" className={classes.note}>
          <AlertTitle>{t('remediationPreview.changed')}</AlertTitle>
          {t('remediationPreview.changedText')}
        </Alert>
      )}
      <ResultView remediation={remediation} />
      {state === 'requested' && (
        <div className={classes.waiting}>
          <CircularProgress size={18} aria-hidden />
          <Typography variant="body2">{t('remediate.looking')}</Typography>
        </div>
      )}
      {(working || !isOpen(state)) && <RunSteps remediation={remediation} />}
      <Waiting remediation={remediation} />
      {state === 'requested' && <LogView key="live" lines={log} live />}
      {working && <LogView key="live" lines={log} live />}
      <Preview remediation={remediation} />
      {deciding && <DecisionNote remediation={remediation} />}
      {!working && state !== 'requested' && (
        <LogView key="past" lines={log} live={false} folded />
      )}
    </>
  );
}
