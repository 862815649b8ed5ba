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
import { Answer, AnswerTarget } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useState } from 'react';
import {
  ExplainedByLine,
  isTooMany,
  problemSentence,
  StatusMark,
} from '../display';
import { targetRouteParams, targetRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { Exchange } from './AskContext';

/** The others are shown on request. */
const TARGETS_SHOWN = 8;

const useStyles = makeStyles(
  theme => ({
    root: {
      padding: theme.spacing(1.5, 0),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    question: {
      margin: theme.spacing(0, 0, 1),
      fontSize: theme.typography.pxToRem(15),
      fontWeight: 700,
      overflowWrap: 'anywhere',
    },
    text: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
    targets: {
      listStyle: 'none',
      margin: theme.spacing(1, 0),
      padding: 0,
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.75),
    },
    target: {
      display: 'inline-flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      maxWidth: '100%',
      gap: theme.spacing(0.25, 0.75),
      padding: theme.spacing(0.5, 1),
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: 16,
      overflowWrap: 'anywhere',
      '& > *': { minWidth: 0 },
    },
    note: { marginTop: theme.spacing(1) },
    waiting: { display: 'flex', alignItems: 'center', gap: theme.spacing(1) },
  }),
  { name: 'DriftAnswer' },
);

function Targets(props: { targets: AnswerTarget[] }) {
  const { targets } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const targetPath = useRouteRef(targetRouteRef);
  const [allShown, setAllShown] = useState(false);
  const shown = allShown ? targets : targets.slice(0, TARGETS_SHOWN);
  return (
    <>
      <ul className={classes.targets} aria-label={t('ask.targets')}>
        {shown.map(target => (
          <li key={target.id} className={classes.target}>
            <StatusMark status={target.status} />
            <Link to={targetPath(targetRouteParams(target.id))}>
              {[target.client, target.name].filter(Boolean).join(' / ')}
            </Link>
          </li>
        ))}
      </ul>
      {targets.length > shown.length && (
        <Button size="small" onClick={() => setAllShown(true)}>
          {t('ask.moreTargets', { amount: targets.length })}
        </Button>
      )}
    </>
  );
}

function AnswerText(props: { answer: Answer }) {
  const { text, targets, answeredBy, note } = props.answer;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <>
      <Typography className={classes.text}>
        {text || t('ask.noText')}
      </Typography>
      {targets.length > 0 && <Targets targets={targets} />}
      {note && (
        <Typography
          variant="body2"
          color="textSecondary"
          className={classes.note}
        >
          {note}
        </Typography>
      )}
      <div className={classes.note}>
        <ExplainedByLine by={answeredBy} />
      </div>
    </>
  );
}

/** A question with its answer, or why there is none, or that it is looked up. */
export function AnswerCard(props: { exchange: Exchange; onRetry(): void }) {
  const { exchange, onRetry } = props;
  const { question, answer, error } = exchange;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <article className={classes.root} aria-label={question}>
      <h3 className={classes.question}>{question}</h3>
      {answer && <AnswerText answer={answer} />}
      {error !== undefined && (
        <Alert
          severity={isTooMany(error) ? 'info' : 'error'}
          variant="outlined"
          action={
            <Button color="inherit" size="small" onClick={onRetry}>
              {t('problem.retry')}
            </Button>
          }
        >
          {isTooMany(error)
            ? t('ask.tooMany')
            : t('ask.failed', { reason: problemSentence(error) })}
        </Alert>
      )}
      {!answer && error === undefined && (
        <div className={classes.waiting}>
          <CircularProgress size={16} aria-hidden />
          <Typography variant="body2">{t('ask.asking')}</Typography>
        </div>
      )}
    </article>
  );
}
