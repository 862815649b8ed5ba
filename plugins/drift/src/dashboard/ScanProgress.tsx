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

import { ScanRound } from '@infra-hub/backstage-plugin-drift-common';
import IconButton from '@material-ui/core/IconButton';
import LinearProgress from '@material-ui/core/LinearProgress';
import Paper from '@material-ui/core/Paper';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import CloseIcon from '@material-ui/icons/Close';
import { Fragment } from 'react';
import { useTranslatedProgress } from './useTranslatedProgress';
import { Hidden } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(2),
      padding: theme.spacing(1, 2),
    },
    words: { flexShrink: 0 },
    bar: { flexGrow: 1, height: 8, borderRadius: 4, minWidth: 60 },
  }),
  { name: 'DriftScanProgress' },
);

/** How far a "scan all" is. */
export function ScanProgress(props: { round: ScanRound; onDismiss(): void }) {
  const { round, onDismiss } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const { words, announcement } = useTranslatedProgress(round);
  return (
    <Paper className={classes.root}>
      <Typography variant="body2" className={classes.words}>
        {words.map((part, index) => (
          <Fragment key={part}>
            {index > 0 && ' · '}
            <span>{part}</span>
          </Fragment>
        ))}
      </Typography>
      <LinearProgress
        className={classes.bar}
        variant="determinate"
        value={round.total === 0 ? 100 : (100 * round.done) / round.total}
        aria-label={t('scanAll.label')}
      />
      {round.finishedAt && (
        <IconButton
          size="small"
          aria-label={t('scanAll.dismiss')}
          onClick={onDismiss}
        >
          <CloseIcon fontSize="small" />
        </IconButton>
      )}
      <Hidden live>{announcement}</Hidden>
    </Paper>
  );
}
