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

import { DriftAnalysis } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { AiMark, RecommendationMark, TargetKind } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

/** What an analysis says of one finding. */
export type FindingWords = DriftAnalysis['findings'][number];

const useStyles = makeStyles(
  theme => ({
    root: { margin: theme.spacing(0.5, 0), overflowWrap: 'anywhere' },
    more: {
      margin: theme.spacing(0.5, 0),
      fontSize: theme.typography.pxToRem(14),
      '& dt': { display: 'inline', fontWeight: 600 },
      '& dd': { display: 'inline', margin: 0 },
      '& dd::after': { content: '""', display: 'block' },
    },
    advice: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      margin: theme.spacing(0.5, 0),
      fontSize: theme.typography.pxToRem(14),
    },
  }),
  { name: 'DriftFindingText' },
);

/** A finding in plain English: what changed, what applying would do, why, what to do. */
export function FindingText(props: { words: FindingWords; kind: TargetKind }) {
  const { description, consequence, likelyCause, recommendation, advice } =
    props.words;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <div className={classes.root}>
      <Typography variant="body1">{description}</Typography>
      {(consequence || likelyCause) && (
        <dl className={classes.more}>
          {consequence && (
            <>
              <dt>{t('findings.consequence')}</dt> <dd>{consequence}</dd>
            </>
          )}
          {likelyCause && (
            <>
              <dt>{t('findings.likelyCause')}</dt> <dd>{likelyCause}</dd>
            </>
          )}
        </dl>
      )}
      <div className={classes.advice}>
        <RecommendationMark recommendation={recommendation} kind={props.kind} />
        <span>{advice}</span>
        <AiMark by={props.words.explainedBy} />
      </div>
    </div>
  );
}
