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

import { useTranslationRef } from '@backstage/core-plugin-api/alpha';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { EvidenceMark, TimeAgo } from '../display';
import { driftTranslationRef } from '../translation';
import { Section } from './Section';

const useStyles = makeStyles(
  theme => ({
    summary: { fontSize: theme.typography.pxToRem(16), maxWidth: '80ch' },
    by: { marginTop: theme.spacing(0.5) },
  }),
  { name: 'DriftVerdict' },
);

function Failed(props: { target: DriftTarget }) {
  const { target } = props;
  const { t } = useTranslationRef(driftTranslationRef);
  return (
    <Alert severity="error" variant="outlined">
      <AlertTitle>{t('target.failedTitle')}</AlertTitle>
      {target.error && <div>{target.error}</div>}
      <div>
        {target.lastGoodScanAt && target.lastGoodStatus
          ? t('target.failedLastGood', {
              status: t(`status.${target.lastGoodStatus}`),
              when: <TimeAgo iso={target.lastGoodScanAt} />,
            })
          : t('target.failedNeverGood')}
      </div>
    </Alert>
  );
}

function Stale(props: { target: DriftTarget }) {
  const { lastGoodScanAt } = props.target;
  const { t } = useTranslationRef(driftTranslationRef);
  return (
    <Alert severity="warning" variant="outlined">
      <AlertTitle>{t('target.staleTitle')}</AlertTitle>
      {lastGoodScanAt
        ? t('target.staleText', { when: <TimeAgo iso={lastGoodScanAt} /> })
        : t('target.staleNever')}
    </Alert>
  );
}

function Never(props: { target: DriftTarget }) {
  const { nextScanAt } = props.target;
  const { t } = useTranslationRef(driftTranslationRef);
  return (
    <Alert severity="info" variant="outlined">
      <AlertTitle>{t('target.neverTitle')}</AlertTitle>
      {t('target.neverText')}{' '}
      {nextScanAt &&
        t('target.neverNext', { when: <TimeAgo iso={nextScanAt} /> })}
    </Alert>
  );
}

function Good(props: { target: DriftTarget }) {
  const { target } = props;
  const { t } = useTranslationRef(driftTranslationRef);
  return target.status === 'clean' ? (
    <Alert severity="success" variant="outlined">
      <AlertTitle>{t('target.cleanTitle')}</AlertTitle>
      {t('target.cleanText', { amount: target.totalResources })}
    </Alert>
  ) : (
    <Alert severity="info" variant="outlined">
      <AlertTitle>{t('target.pendingTitle')}</AlertTitle>
      {t('target.pendingText')}
    </Alert>
  );
}

/** What is known of a target now, in words, and how far to trust it. */
export function Verdict(props: { target: DriftTarget }) {
  const { target } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(driftTranslationRef);
  const good = target.status === 'clean' || target.status === 'pending';
  return (
    <>
      {target.status === 'error' && <Failed target={target} />}
      {target.status === 'unknown' && <Never target={target} />}
      {target.stale && target.status !== 'unknown' && <Stale target={target} />}
      {good && !target.stale && <Good target={target} />}
      {target.summary && target.status !== 'unknown' && (
        <Section title={t('target.explanation')}>
          <Typography className={classes.summary}>{target.summary}</Typography>
          <Typography
            variant="body2"
            color="textSecondary"
            className={classes.by}
          >
            {t('target.byRules')} <EvidenceMark evidence={target.evidence} />
          </Typography>
        </Section>
      )}
    </>
  );
}
