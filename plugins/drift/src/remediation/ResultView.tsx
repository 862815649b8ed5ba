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

import { Link } from '@backstage/core-components';
import { useRouteRef } from '@backstage/core-plugin-api';
import { BackstageTheme } from '@backstage/theme';
import {
  Remediation,
  RemediationObjectOutcome,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import CancelIcon from '@material-ui/icons/Cancel';
import CheckCircleIcon from '@material-ui/icons/CheckCircleOutline';
import RemoveCircleIcon from '@material-ui/icons/RemoveCircleOutline';
import { Color } from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { ReactElement, useState } from 'react';
import { Mark, Note, webAddress } from '../display';
import { targetRouteParams, targetRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';

/** The others are shown on request. */
const OBJECTS_SHOWN = 50;

const useStyles = makeStyles(
  theme => ({
    root: { marginTop: theme.spacing(1) },
    links: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 2),
      marginTop: theme.spacing(1),
    },
    title: {
      fontSize: theme.typography.pxToRem(16),
      fontWeight: 700,
      margin: theme.spacing(2, 0, 0),
    },
    objects: { listStyle: 'none', margin: 0, padding: 0 },
    object: {
      padding: theme.spacing(0.75, 0),
      borderBottom: `1px solid ${theme.palette.divider}`,
      overflowWrap: 'anywhere',
      '& code': { marginLeft: theme.spacing(1) },
    },
  }),
  { name: 'DriftResultView' },
);

const OUTCOMES = {
  failed: { word: 'objectFailed', color: 'error' },
  skipped: { word: 'objectSkipped', color: 'aborted' },
  applied: { word: 'objectApplied', color: 'ok' },
} as const;

const OUTCOME_ICONS: Record<keyof typeof OUTCOMES, ReactElement> = {
  failed: <CancelIcon aria-hidden />,
  skipped: <RemoveCircleIcon aria-hidden />,
  applied: <CheckCircleIcon aria-hidden />,
};

/** Failed ones first. */
const OUTCOME_ORDER = ['failed', 'skipped', 'applied'];

function Objects(props: { objects: RemediationObjectOutcome[] }) {
  const { objects } = props;
  const classes = useStyles();
  const { status } = useTheme<BackstageTheme>().palette;
  const { t } = useDriftTranslation();
  const [allShown, setAllShown] = useState(false);
  const sorted = [...objects].sort(
    (a, b) =>
      OUTCOME_ORDER.indexOf(a.outcome) - OUTCOME_ORDER.indexOf(b.outcome),
  );
  const shown = allShown ? sorted : sorted.slice(0, OBJECTS_SHOWN);
  return (
    <section aria-label={t('remediationRun.objects')}>
      <Typography component="h4" className={classes.title}>
        {t('remediationRun.objects')}
      </Typography>
      <ul className={classes.objects}>
        {shown.map(({ address, outcome, message }) => (
          <li key={address} className={classes.object}>
            <Mark
              color={status[OUTCOMES[outcome].color]}
              icon={OUTCOME_ICONS[outcome]}
            >
              {t(`remediationRun.${OUTCOMES[outcome].word}`)}
            </Mark>
            <code>{address}</code>
            {message && <Typography variant="body2">{message}</Typography>}
          </li>
        ))}
      </ul>
      {objects.length > shown.length && (
        <Button size="small" onClick={() => setAllShown(true)}>
          {t('remediationPreview.showAll', { amount: objects.length })}
        </Button>
      )}
    </section>
  );
}

function useResultWords() {
  const { t } = useDriftTranslation();
  return (
    remediation: Remediation,
  ): { severity: Color; title: string; text?: string } | undefined => {
    const { state, action, outcome } = remediation;
    const adopts = action === 'adopt';
    switch (state) {
      case 'succeeded':
        if (outcome?.remaining?.length) {
          return {
            severity: 'warning',
            title: t('remediationRun.succeededInPartTitle'),
          };
        }
        return {
          severity: 'success',
          title: adopts
            ? t('remediationRun.succeededAdoptTitle')
            : t('remediationRun.succeededTitle'),
          text: adopts
            ? t('remediationRun.succeededAdoptText')
            : t('remediationRun.succeededText'),
        };
      case 'failed':
        return outcome?.kind === 'unknown'
          ? {
              severity: 'error',
              title: t('remediationRun.unknownTitle'),
              text: t('remediationRun.failedText'),
            }
          : {
              severity: 'error',
              title: t('remediationRun.failedTitle'),
              text: t('remediationRun.failedText'),
            };
      case 'superseded':
        return {
          severity: 'warning',
          title: t('remediationRun.supersededTitle'),
          text: t('remediation.hintSuperseded'),
        };
      case 'rejected':
        return { severity: 'info', title: t('remediationRun.rejectedTitle') };
      case 'cancelled':
        return { severity: 'info', title: t('remediationRun.cancelledTitle') };
      case 'expired':
        return {
          severity: 'info',
          title: t('remediationRun.expiredTitle'),
          text: t('remediation.hintExpired'),
        };
      case 'dry-run':
        return {
          severity: 'info',
          title: t('remediationRun.dryRunTitle'),
          text: t('remediation.hintDryRun'),
        };
      case 'verifying':
        return outcome?.kind === 'unknown'
          ? {
              severity: 'warning',
              title: t('remediationRun.unknownTitle'),
              text: t('remediationRun.unknownText'),
            }
          : undefined;
      default:
        return undefined;
    }
  };
}

/** How a remediation ended, what state things are in now, and where to read on. */
export function ResultView(props: { remediation: Remediation }) {
  const { remediation } = props;
  const { outcome, message, verifyScanId, targetId, state } = remediation;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const targetPath = useRouteRef(targetRouteRef)(targetRouteParams(targetId));
  const words = useResultWords()(remediation);
  const link = webAddress(outcome?.link?.url);
  if (!words) {
    return null;
  }
  // What is said once is enough.
  const sentences = [
    ...new Set(
      [
        message,
        outcome?.message,
        !message && !outcome ? words.text : undefined,
      ].filter((sentence): sentence is string => Boolean(sentence)),
    ),
  ];
  const showsScan = verifyScanId !== undefined && state !== 'verifying';
  const hasLinks = showsScan || link !== undefined;
  const showObjects =
    outcome?.objects &&
    outcome.objects.length > 0 &&
    (state !== 'succeeded' || outcome.kind !== 'applied');
  return (
    <div className={classes.root}>
      <Note severity={words.severity} variant="outlined">
        <AlertTitle>{words.title}</AlertTitle>
        {sentences.map(sentence => (
          <div key={sentence}>{sentence}</div>
        ))}
        {hasLinks && (
          <div className={classes.links}>
            {showsScan && (
              <Link
                to={`${targetPath}?scan=${encodeURIComponent(
                  verifyScanId ?? '',
                )}`}
              >
                {t('remediationRun.verifyScan')}
              </Link>
            )}
            {link && outcome?.link && (
              <Link to={link}>
                {t('remediationRun.link', { title: outcome.link.title })}
              </Link>
            )}
          </div>
        )}
      </Note>
      {showObjects && outcome?.objects && <Objects objects={outcome.objects} />}
    </div>
  );
}
