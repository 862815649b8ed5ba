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
import { alpha, makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useMemo } from 'react';
import { Hidden, readableOn } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { DiffLine, lineDifference } from './lines';

const MAX_LINES = 200;

const useStyles = makeStyles<BackstageTheme>(
  theme => ({
    root: { margin: theme.spacing(1, 0) },
    legend: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 2),
      fontSize: theme.typography.pxToRem(12),
      marginBottom: theme.spacing(0.5),
    },
    lines: {
      margin: 0,
      padding: theme.spacing(1, 0),
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(12.5),
      lineHeight: 1.5,
    },
    line: {
      display: 'block',
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      padding: theme.spacing(0, 1.5),
    },
    removed: {
      backgroundColor: alpha(theme.palette.status.error, 0.14),
    },
    added: {
      backgroundColor: alpha(theme.palette.status.ok, 0.16),
    },
    folded: { color: theme.palette.text.secondary, fontStyle: 'italic' },
    removedWord: {
      color: readableOn(
        theme.palette.background.paper,
        theme.palette.status.error,
      ),
    },
    addedWord: {
      color: readableOn(
        theme.palette.background.paper,
        theme.palette.status.ok,
      ),
    },
  }),
  { name: 'DriftLineDiff' },
);

function Line(props: {
  line: DiffLine;
  words: Record<'removed' | 'added', string>;
}) {
  const { line, words } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  switch (line.kind) {
    case 'folded':
      return (
        <span className={`${classes.line} ${classes.folded}`}>
          {`  ⋯ ${t('diff.unchanged', { count: line.count })}`}
        </span>
      );
    case 'equal':
      return <span className={classes.line}>{`  ${line.text}`}</span>;
    default:
      return (
        <span className={`${classes.line} ${classes[line.kind]}`}>
          <span aria-hidden>{line.kind === 'removed' ? '− ' : '+ '}</span>
          <Hidden>{`${words[line.kind]}: `}</Hidden>
          {line.text}
        </span>
      );
  }
}

/** Two texts, line by line: what only the first has, and what only the second has. */
export function LineDiff(props: {
  title: string;
  from: string;
  to: string;
  /** What a line of only `from`, or of only `to`, means. */
  words: Record<'removed' | 'added', string>;
}) {
  const { title, from, to, words } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const lines = useMemo(() => lineDifference(from, to), [from, to]);
  const keyed = useMemo(
    () => lines.slice(0, MAX_LINES).map((line, index) => ({ line, index })),
    [lines],
  );
  return (
    <div className={classes.root}>
      <div className={classes.legend}>
        <strong>{title}</strong>
        <span className={classes.removedWord}>− {words.removed}</span>
        <span className={classes.addedWord}>+ {words.added}</span>
      </div>
      <pre className={classes.lines}>
        {keyed.map(({ line, index }) => (
          <Line key={index} line={line} words={words} />
        ))}
      </pre>
      {lines.length > MAX_LINES && (
        <Typography variant="body2" color="textSecondary">
          {t('diff.cut', { amount: MAX_LINES })}
        </Typography>
      )}
    </div>
  );
}
