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
import {
  Remediation,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircle';
import RadioButtonUncheckedIcon from '@material-ui/icons/RadioButtonUnchecked';
import { ReactNode } from 'react';
import { Hidden, readableOn, TimeAgo } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { isOpen } from './useRemediation';
import { useRemediationWords, Who } from './words';

const useStyles = makeStyles<BackstageTheme>(
  theme => ({
    root: {
      listStyle: 'none',
      margin: theme.spacing(1, 0),
      padding: 0,
    },
    step: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      padding: theme.spacing(0.5, 0),
      '& svg': { fontSize: theme.typography.pxToRem(20), flexShrink: 0 },
    },
    now: { fontWeight: 600 },
    ahead: { color: theme.palette.text.secondary },
    spinner: { width: 20, display: 'inline-flex', justifyContent: 'center' },
    time: {
      color: theme.palette.text.secondary,
      fontSize: theme.typography.pxToRem(13),
    },
  }),
  { name: 'DriftRunSteps' },
);

type Progress = 'done' | 'now' | 'ahead' | 'stopped';

interface Step {
  name: string;
  progress: Progress;
  text: ReactNode;
  at?: string;
}

/** How far each state has come: preview, decision, apply, verify. */
const REACHED: Partial<Record<RemediationState, number>> = {
  requested: 0,
  previewed: 1,
  'awaiting-approval': 1,
  approved: 2,
  running: 2,
  verifying: 3,
  succeeded: 4,
};

/** The furthest step that is known, for those that ended before their goal. */
function furthest(remediation: Remediation): number {
  return Math.max(0, ...remediation.events.map(({ to }) => REACHED[to] ?? 0));
}

function useSteps(remediation: Remediation): Step[] {
  const { t } = useDriftTranslation();
  const words = useRemediationWords();
  const { state, action, approvedBy, events } = remediation;
  const reached = REACHED[state] ?? furthest(remediation);
  const open = isOpen(state);
  const at = (...states: RemediationState[]) =>
    [...events].reverse().find(({ to }) => states.includes(to))?.at;
  const progress = (index: number): Progress => {
    if (index < reached) {
      return 'done';
    }
    if (index > reached) {
      return 'ahead';
    }
    return open ? 'now' : 'stopped';
  };
  const prepared: Record<Progress, ReactNode> = {
    done: t('remediationRun.prepared'),
    now: t('remediationRun.preparing'),
    ahead: t('remediate.stepPreview'),
    stopped: t('remediate.stepPreview'),
  };
  const decided: Record<Progress, ReactNode> = {
    done: approvedBy
      ? t('remediationRun.confirmedBy', { who: <Who who={approvedBy} /> })
      : t('remediationRun.confirmed'),
    now:
      state === 'awaiting-approval'
        ? t('remediationRun.waitingApproval')
        : t('remediationRun.waitingConfirm'),
    ahead: t('remediationRun.waitingConfirm'),
    stopped: words.state(state),
  };
  const adopts = action === 'adopt';
  const applied: Record<Progress, ReactNode> = adopts
    ? {
        done: t('remediationRun.opened'),
        now: t('remediationRun.opening'),
        ahead: t('remediationRun.open'),
        stopped: t('remediationRun.open'),
      }
    : {
        done: t('remediationRun.applied'),
        now: t('remediationRun.applying'),
        ahead: t('remediationRun.apply'),
        stopped: t('remediationRun.apply'),
      };
  const verified: Record<Progress, ReactNode> = {
    done: t('remediationRun.verified'),
    now: t('remediationRun.verifying'),
    ahead: t('remediationRun.verify'),
    stopped: t('remediationRun.verify'),
  };
  const steps: Step[] = [
    {
      name: 'preview',
      progress: progress(0),
      text: prepared[progress(0)],
      at: at('previewed'),
    },
    {
      name: 'decide',
      progress: progress(1),
      text: decided[progress(1)],
      at: at('approved'),
    },
    {
      name: 'apply',
      progress: progress(2),
      text: applied[progress(2)],
      at: at('verifying') ?? (adopts ? at('succeeded') : undefined),
    },
  ];
  return adopts
    ? steps
    : [
        ...steps,
        {
          name: 'verify',
          progress: progress(3),
          text: verified[progress(3)],
          at: at('succeeded'),
        },
      ];
}

function StepIcon(props: { progress: Progress }) {
  const classes = useStyles();
  const { palette } = useTheme<BackstageTheme>();
  const color = (base: string) => ({
    color: readableOn(palette.background.paper, base),
  });
  switch (props.progress) {
    case 'done':
      return <CheckCircleIcon aria-hidden style={color(palette.status.ok)} />;
    case 'now':
      return (
        <span className={classes.spinner}>
          <CircularProgress size={16} aria-hidden />
        </span>
      );
    case 'stopped':
      return <CancelIcon aria-hidden style={color(palette.status.error)} />;
    default:
      return <RadioButtonUncheckedIcon aria-hidden color="disabled" />;
  }
}

/** How far a remediation is: what was done, what is under way, what is ahead. */
export function RunSteps(props: { remediation: Remediation }) {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const steps = useSteps(props.remediation);
  return (
    <ol className={classes.root} aria-label={t('remediationRun.title')}>
      {steps.map(({ name, progress, text, at }) => (
        <li
          key={name}
          className={[
            classes.step,
            progress === 'now' && classes.now,
            progress === 'ahead' && classes.ahead,
          ]
            .filter(Boolean)
            .join(' ')}
          aria-current={progress === 'now' ? 'step' : undefined}
        >
          <StepIcon progress={progress} />
          <span>
            {text}
            <Hidden>{` (${t(`remediationRun.${progress}`)})`}</Hidden>
          </span>
          {progress === 'done' && at && (
            <span className={classes.time}>
              <TimeAgo iso={at} />
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
