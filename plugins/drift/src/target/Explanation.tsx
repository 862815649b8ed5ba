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
import { usePermission } from '@backstage/plugin-permission-react';
import {
  DriftAnalysis,
  DriftTarget,
  driftTargetScanPermission,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import Typography from '@material-ui/core/Typography';
import LoopIcon from '@material-ui/icons/Loop';
import Alert from '@material-ui/lab/Alert';
import { useState } from 'react';
import { driftApiRef } from '../api';
import {
  EvidenceMark,
  ExplainedByLine,
  Hidden,
  kindOfSource,
  problemSentence,
  RecommendationMark,
  Section,
  TimeAgo,
} from '../display';
import { Loaded } from '../live';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    summary: {
      fontSize: theme.typography.pxToRem(16),
      maxWidth: '80ch',
      whiteSpace: 'pre-line',
      overflowWrap: 'anywhere',
    },
    recommendation: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      marginTop: theme.spacing(1),
    },
    by: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      marginTop: theme.spacing(1),
      color: theme.palette.text.secondary,
      fontSize: theme.typography.pxToRem(13),
    },
    waiting: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      marginTop: theme.spacing(1),
    },
    note: { marginTop: theme.spacing(1) },
    again: { textTransform: 'none' },
    off: { opacity: 0.5, cursor: 'default' },
  }),
  { name: 'DriftExplanation' },
);

/** Has the explanation written again. */
function ExplainAgain(props: {
  target: DriftTarget;
  analysis: DriftAnalysis;
  onAsked(): void;
  onProblem(sentence: string | undefined): void;
}) {
  const { target, analysis, onAsked, onProblem } = props;
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const permission = usePermission({
    permission: driftTargetScanPermission,
    resourceRef: target.id,
  });
  const [asking, setAsking] = useState(false);
  const busy = asking || analysis.status === 'pending';

  let reason = '';
  if (!permission.loading && !permission.allowed) {
    reason = t('explanation.againForbidden');
  } else if (!analysis.aiConfigured) {
    reason = t('explanation.againNoModel');
  } else if (busy) {
    reason = t('explanation.pending');
  }

  const explain = async () => {
    if (reason) {
      return;
    }
    setAsking(true);
    onProblem(undefined);
    try {
      await driftApi.explain(target.id);
      onAsked();
    } catch (error) {
      onProblem(
        t('explanation.againFailed', { reason: problemSentence(error) }),
      );
    }
    setAsking(false);
  };

  const label = t('explanation.again');
  return (
    <Tooltip title={reason}>
      <Button
        size="small"
        className={`${classes.again} ${reason ? classes.off : ''}`}
        startIcon={
          busy ? (
            <CircularProgress size={16} color="inherit" aria-hidden />
          ) : (
            <LoopIcon aria-hidden />
          )
        }
        // Not `disabled`: the reason must stay reachable with keyboard and reader.
        aria-disabled={reason ? true : undefined}
        aria-busy={busy || undefined}
        aria-label={reason ? `${label}. ${reason}` : label}
        onClick={explain}
      >
        {label}
      </Button>
    </Tooltip>
  );
}

/** What happened to a target in two or three sentences, who says so, what to do. */
export function Explanation(props: {
  target: DriftTarget;
  analysis: Loaded<DriftAnalysis>;
}) {
  const { target, analysis } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [problem, setProblem] = useState<string>();
  const written = analysis.value;
  const summary = written?.summary || target.summary;
  const pending = written?.status === 'pending';

  if (!summary) {
    return null;
  }
  return (
    <Section
      title={t('explanation.title')}
      action={
        written &&
        target.driftedResources > 0 && (
          <ExplainAgain
            target={target}
            analysis={written}
            onAsked={analysis.reload}
            onProblem={setProblem}
          />
        )
      }
    >
      <Typography className={classes.summary}>{summary}</Typography>
      {written?.recommendation && (
        <div className={classes.recommendation}>
          <Typography variant="body2" component="span">
            {t('recommendation.title')}
          </Typography>
          <RecommendationMark
            recommendation={written.recommendation}
            kind={kindOfSource(target.source)}
          />
        </div>
      )}
      <div className={classes.by}>
        <ExplainedByLine by={written?.explainedBy ?? { kind: 'rules' }} />
        {written?.writtenAt && <TimeAgo iso={written.writtenAt} />}
        <EvidenceMark evidence={target.evidence} />
      </div>
      {pending && (
        <div className={classes.waiting}>
          <CircularProgress size={16} aria-hidden />
          <Typography variant="body2">{t('explanation.pending')}</Typography>
        </div>
      )}
      <Hidden live>{pending ? t('explanation.pending') : ''}</Hidden>
      {written?.status === 'failed' && (
        <Alert severity="warning" className={classes.note}>
          {written.failure
            ? t('explanation.failed', { reason: written.failure })
            : t('explanation.failedUnknown')}
        </Alert>
      )}
      {analysis.error && (
        <Alert
          severity="info"
          className={classes.note}
          action={
            <Button color="inherit" size="small" onClick={analysis.reload}>
              {t('problem.retry')}
            </Button>
          }
        >
          {t('explanation.notLoaded', {
            reason: problemSentence(analysis.error),
          })}
        </Alert>
      )}
      {problem && (
        <Alert
          severity="error"
          className={classes.note}
          onClose={() => setProblem(undefined)}
        >
          {problem}
        </Alert>
      )}
    </Section>
  );
}
