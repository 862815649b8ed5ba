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
import { BackstageTheme } from '@backstage/theme';
import { RemediationStatus } from '@infra-hub/backstage-plugin-drift-common';
import red from '@material-ui/core/colors/red';
import { darken, makeStyles, useTheme } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import AlertTitle from '@material-ui/lab/AlertTitle';
import BlockIcon from '@material-ui/icons/Block';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import InfoIcon from '@material-ui/icons/InfoOutlined';
import PlayArrowIcon from '@material-ui/icons/PlayArrow';
import { useState } from 'react';
import { driftApiRef } from '../api';
import {
  ConfirmDialog,
  GuardedButton,
  Mark,
  Note,
  Person,
  Section,
  TimeAgo,
} from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const STOP_RED = red[800];
const SHORTEST_REASON = 3;
const LONGEST_REASON = 500;

const useStyles = makeStyles<BackstageTheme>(
  theme => ({
    states: {
      display: 'grid',
      gap: theme.spacing(1),
      margin: theme.spacing(0, 0, 2),
      padding: 0,
      listStyle: 'none',
    },
    state: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
    },
    stop: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: theme.spacing(1, 2),
      '& > :first-child': { flex: '1 1 280px', minWidth: 0 },
    },
    stopButton: {
      // White on the usual red is too weak to be read well.
      color: theme.palette.common.white,
      backgroundColor: STOP_RED,
      '&:hover': { backgroundColor: darken(STOP_RED, 0.2) },
    },
    reason: { overflowWrap: 'anywhere', whiteSpace: 'pre-line' },
  }),
  { name: 'DriftStopSwitch' },
);

function States(props: { status: RemediationStatus }) {
  const { enabled, dryRun, selfApproval } = props.status;
  const classes = useStyles();
  const colors = useTheme<BackstageTheme>().palette.status;
  const { t } = useDriftTranslation();
  const states = [
    enabled
      ? {
          color: colors.ok,
          icon: <CheckCircleIcon aria-hidden />,
          word: t('policies.enabled'),
          hint: t('policies.enabledHint'),
        }
      : {
          color: colors.aborted,
          icon: <BlockIcon aria-hidden />,
          word: t('policies.disabled'),
          hint: t('policies.disabledHint'),
        },
    dryRun && {
      color: colors.running,
      icon: <InfoIcon aria-hidden />,
      word: t('policies.dryRunOn'),
      hint: t('policies.dryRunOnHint'),
    },
    selfApproval && {
      color: colors.warning,
      icon: <InfoIcon aria-hidden />,
      word: t('policies.selfApproval'),
      hint: t('policies.selfApprovalHint'),
    },
  ];
  return (
    <ul className={classes.states}>
      {states.map(
        state =>
          state && (
            <li key={state.word} className={classes.state}>
              <Mark color={state.color} icon={state.icon}>
                {state.word}
              </Mark>
              <Typography variant="body2" color="textSecondary">
                {state.hint}
              </Typography>
            </li>
          ),
      )}
    </ul>
  );
}

function Stopped(props: { status: RemediationStatus }) {
  const { stoppedBy, stoppedAt, stopReason } = props.status;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <Note severity="error" icon={<BlockIcon aria-hidden />}>
      <AlertTitle>{t('policies.stopped')}</AlertTitle>
      {stoppedBy && stoppedAt && (
        <div>
          {t('policies.stoppedBy', {
            who: <Person who={stoppedBy} />,
            when: <TimeAgo iso={stoppedAt} />,
          })}
        </div>
      )}
      {stopReason && <div className={classes.reason}>{stopReason}</div>}
    </Note>
  );
}

/** How remediation stands, and the switch that stops all of it. */
export function StopSwitch(props: {
  status: RemediationStatus;
  forbidden: string | undefined;
  onChanged(): void;
}) {
  const { status, forbidden, onChanged } = props;
  const { stopped } = status;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [asking, setAsking] = useState<'stop' | 'resume'>();
  const [reason, setReason] = useState('');
  const close = () => setAsking(undefined);
  const text = reason.trim();
  return (
    <Section title={t('policies.status')}>
      <States status={status} />
      <div className={classes.stop}>
        {stopped ? (
          <Stopped status={status} />
        ) : (
          <div>
            <Typography variant="subtitle2" component="h4">
              {t('policies.stopTitle')}
            </Typography>
            <Typography variant="body2">{t('policies.stopText')}</Typography>
          </div>
        )}
        {stopped ? (
          <GuardedButton
            variant="contained"
            color="primary"
            size="large"
            startIcon={<PlayArrowIcon aria-hidden />}
            label={t('policies.resume')}
            forbidden={forbidden}
            onClick={() => setAsking('resume')}
          />
        ) : (
          <GuardedButton
            variant="contained"
            size="large"
            className={classes.stopButton}
            startIcon={<BlockIcon aria-hidden />}
            label={t('policies.stop')}
            forbidden={forbidden}
            onClick={() => {
              setReason('');
              setAsking('stop');
            }}
          />
        )}
      </div>
      {asking === 'stop' && (
        <ConfirmDialog
          title={t('policies.stopQuestion')}
          text={t('policies.stopText')}
          cancelLabel={t('policies.cancel')}
          confirmLabel={t('policies.stopConfirm')}
          forbidden={
            text.length < SHORTEST_REASON
              ? t('policies.stopReasonMissing')
              : undefined
          }
          onClose={close}
          onConfirm={async () => {
            await driftApi.setRemediationStop({ stopped: true, reason: text });
            close();
            onChanged();
          }}
        >
          <TextField
            id="drift-stop-reason"
            label={t('policies.stopReason')}
            value={reason}
            required
            multiline
            variant="outlined"
            helperText={t('policies.stopReasonHelp')}
            inputProps={{ maxLength: LONGEST_REASON }}
            onChange={event => setReason(event.target.value)}
          />
        </ConfirmDialog>
      )}
      {asking === 'resume' && (
        <ConfirmDialog
          title={t('policies.resumeQuestion')}
          text={t('policies.resumeText')}
          cancelLabel={t('policies.cancel')}
          confirmLabel={t('policies.resumeConfirm')}
          onClose={close}
          onConfirm={async () => {
            await driftApi.setRemediationStop({ stopped: false });
            close();
            onChanged();
          }}
        />
      )}
    </Section>
  );
}
