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

import { InfoCard, Link } from '@backstage/core-components';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import CheckCircleIcon from '@material-ui/icons/CheckCircleOutline';
import Alert from '@material-ui/lab/Alert';
import Skeleton from '@material-ui/lab/Skeleton';
import { useState } from 'react';
import { driftApiRef } from '../api';
import {
  AiMark,
  firstSentence,
  kindOfSource,
  LastGood,
  Problem,
  RefreshProblem,
  ScanButton,
  sourceLabel,
  TargetMarks,
  targetSummary,
  TimeAgo,
  useTargetTitle,
  useTimeWords,
} from '../display';
import { useLive, useLoaded } from '../live';
import { RemediateButton, RemediationHost } from '../remediation';
import { targetRouteParams, targetRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { useEntityTargets, useNoTargetWords } from './useEntityTargets';

/** The others are shown on request. */
const TARGETS_IN_CARD = 5;

const useStyles = makeStyles(
  theme => ({
    target: {
      '& + &': {
        marginTop: theme.spacing(1.5),
        paddingTop: theme.spacing(1.5),
        borderTop: `1px solid ${theme.palette.divider}`,
      },
    },
    head: {
      display: 'flex',
      alignItems: 'flex-start',
      justifyContent: 'space-between',
      gap: theme.spacing(1),
    },
    name: { fontWeight: 600, overflowWrap: 'anywhere' },
    id: { overflowWrap: 'anywhere' },
    marks: { margin: theme.spacing(0.5, 0) },
    quiet: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      '& svg': { color: theme.palette.success.main, flexShrink: 0 },
    },
    text: {
      display: '-webkit-box',
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 3,
      overflow: 'hidden',
      overflowWrap: 'anywhere',
    },
    foot: { marginTop: theme.spacing(1) },
  }),
  { name: 'DriftEntityCard' },
);

function Extent(props: { target: DriftTarget }) {
  const { target } = props;
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const counts = {
    drifted: target.driftedResources.toLocaleString(),
    count: target.totalResources,
  };
  return (
    <Typography variant="body1">
      {target.driftedSince
        ? t('entity.driftedSince', {
            ...counts,
            since: words.day(target.driftedSince),
          })
        : t('entity.drifted', counts)}
    </Typography>
  );
}

function isHealthy(target: DriftTarget): boolean {
  return (
    target.status === 'clean' &&
    !target.stale &&
    target.lastScanAt !== undefined &&
    target.evidence !== 'recorded'
  );
}

function CleanLine(props: { target: DriftTarget }) {
  const { target } = props;
  const byCode = kindOfSource(target.source) === 'module';
  const { t } = useDriftTranslation();
  const classes = useStyles();
  return (
    <Typography component="div" variant="body2" className={classes.quiet}>
      <CheckCircleIcon fontSize="small" aria-hidden />
      <span>
        {t(byCode ? 'entity.clean' : 'entity.cleanTenant', {
          count: target.totalResources,
          when: target.lastScanAt ? <TimeAgo iso={target.lastScanAt} /> : '',
        })}
      </span>
    </Typography>
  );
}

function Sentence(props: { children: string }) {
  const classes = useStyles();
  return (
    <Typography variant="body2" color="textSecondary" className={classes.text}>
      {props.children}
    </Typography>
  );
}

/** The first sentence of the explanation; that of the scan until it is loaded. */
function ExplainedSentence(props: { target: DriftTarget }) {
  const { target } = props;
  const driftApi = useApi(driftApiRef);
  const analysis = useLoaded({
    key: JSON.stringify([target.id, target.lastScanAt, target.summary]),
    scope: target.id,
    load: signal => driftApi.getAnalysis(target.id, { signal }),
  });
  const { reload } = analysis;
  useLive({
    refresh: reload,
    active: analysis.value?.status === 'pending',
    concerns: signal => signal.targetId === target.id,
  });
  const written = analysis.value;
  return (
    <>
      <Sentence>{firstSentence(written?.summary || target.summary)}</Sentence>
      {written && <AiMark by={written.explainedBy} />}
    </>
  );
}

function TargetLine(props: {
  target: DriftTarget;
  onScanRequested(): void;
  onProblem(sentence: string): void;
}) {
  const { target, onScanRequested, onProblem } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const targetPath = useRouteRef(targetRouteRef);
  const healthy = isHealthy(target);
  const title = useTargetTitle(target);
  return (
    <div className={classes.target}>
      <div className={classes.head}>
        <Link
          to={targetPath(targetRouteParams(target.id))}
          className={classes.name}
          aria-label={t('entity.viewOf', { name: title })}
        >
          {title}
        </Link>
        <ScanButton
          target={target}
          variant="icon"
          onRequested={onScanRequested}
          onProblem={onProblem}
        />
      </div>
      {title !== target.name && (
        <Typography
          variant="body2"
          color="textSecondary"
          className={classes.id}
        >
          {sourceLabel(target.source)} · <code>{target.name}</code>
        </Typography>
      )}
      {healthy ? (
        <CleanLine target={target} />
      ) : (
        <>
          <div className={classes.marks}>
            <TargetMarks target={target} />
          </div>
          {target.driftedResources > 0 && <Extent target={target} />}
          {target.status === 'drifted' ? (
            <ExplainedSentence target={target} />
          ) : (
            <Sentence>{targetSummary(target)}</Sentence>
          )}
          <Typography variant="body2" color="textSecondary">
            <LastGood target={target} />
          </Typography>
          <div className={classes.foot}>
            <RemediateButton
              target={target}
              variant="small"
              onChanged={onScanRequested}
            />
          </div>
        </>
      )}
    </div>
  );
}

/** The drift of an entity at one glance. */
export function EntityDriftCard() {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const targetPath = useRouteRef(targetRouteRef);
  const results = useEntityTargets();
  const noTargetWords = useNoTargetWords();
  const [problem, setProblem] = useState<string>();
  const [allShown, setAllShown] = useState(false);
  const targets = results.value?.items ?? [];
  const shown = allShown ? targets : targets.slice(0, TARGETS_IN_CARD);

  let content;
  if (!results.value) {
    content = results.error ? (
      <Problem error={results.error} onRetry={results.reload} />
    ) : (
      <div role="group" aria-busy aria-label={t('entity.loading')}>
        <Skeleton width="60%" height={28} />
        <Skeleton height={28} />
      </div>
    );
  } else if (targets.length === 0) {
    content = (
      <>
        <Typography variant="body1">{t('entity.noneTitle')}</Typography>
        <Typography variant="body2" color="textSecondary">
          {t(noTargetWords)}
        </Typography>
      </>
    );
  } else {
    content = (
      <>
        {results.error && (
          <RefreshProblem error={results.error} onRetry={results.reload} />
        )}
        {problem && (
          <Alert severity="error" onClose={() => setProblem(undefined)}>
            {problem}
          </Alert>
        )}
        {shown.map(target => (
          <TargetLine
            key={target.id}
            target={target}
            onScanRequested={results.reload}
            onProblem={setProblem}
          />
        ))}
        {targets.length > shown.length && (
          <Button
            size="small"
            className={classes.foot}
            onClick={() => setAllShown(true)}
          >
            {t('entity.showAll', { amount: targets.length })}
          </Button>
        )}
      </>
    );
  }

  return (
    <InfoCard
      title={t('entity.cardTitle')}
      deepLink={
        targets.length === 1
          ? {
              title: t('entity.view'),
              link: targetPath(targetRouteParams(targets[0].id)),
            }
          : undefined
      }
    >
      <RemediationHost addressable={false}>{content}</RemediationHost>
    </InfoCard>
  );
}
