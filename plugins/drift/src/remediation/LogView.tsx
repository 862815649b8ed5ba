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

import { RemediationLogLine } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { DateTime } from 'luxon';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTimeWords } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    root: { marginTop: theme.spacing(2) },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0, 1),
    },
    title: {
      fontSize: theme.typography.pxToRem(16),
      fontWeight: 700,
      margin: 0,
    },
    toggle: { textTransform: 'none' },
    lines: {
      margin: theme.spacing(0.5, 0, 0),
      padding: theme.spacing(1, 1.5),
      maxHeight: 240,
      overflowY: 'auto',
      listStyle: 'none',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(12.5),
      lineHeight: 1.5,
      overflowWrap: 'anywhere',
      whiteSpace: 'pre-wrap',
    },
    time: {
      marginRight: theme.spacing(1),
      color: theme.palette.text.secondary,
    },
  }),
  { name: 'DriftLogView' },
);

/** What scrolls must be reachable with the keyboard. */
const SCROLLABLE = { tabIndex: 0 };

/** The live log of a remediation; stays at its end while it grows. */
export function LogView(props: {
  lines: RemediationLogLine[];
  /** More is to come. */
  live: boolean;
  /** Folded at first. */
  folded?: boolean;
}) {
  const { lines, live, folded = false } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const [shown, setShown] = useState(!folded);
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (list.current && atEnd.current) {
      list.current.scrollTop = list.current.scrollHeight;
    }
  }, [lines.length, shown]);
  const keyed = lines.map((line, index) => ({ ...line, index }));
  return (
    <section className={classes.root} aria-label={t('remediationRun.log')}>
      <div className={classes.head}>
        <Typography component="h4" className={classes.title}>
          {t('remediationRun.log')}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {t('remediationRun.logLines', { count: lines.length })}
        </Typography>
        <Button
          size="small"
          className={classes.toggle}
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {shown ? t('remediationRun.logHide') : t('remediationRun.logShow')}
        </Button>
      </div>
      {shown && (
        <div
          ref={list}
          className={classes.lines}
          role="log"
          aria-live={live ? 'polite' : 'off'}
          aria-label={t('remediationRun.log')}
          {...SCROLLABLE}
          onScroll={event => {
            const { scrollTop, clientHeight, scrollHeight } =
              event.currentTarget;
            atEnd.current = scrollTop + clientHeight >= scrollHeight - 8;
          }}
        >
          {keyed.map(({ at, text, index }) => (
            <div key={index}>
              <time
                className={classes.time}
                dateTime={at}
                title={words.absolute(at)}
              >
                {DateTime.fromISO(at).toFormat('HH:mm:ss')}
              </time>
              {text}
            </div>
          ))}
          {lines.length === 0 && t('remediationRun.logEmpty')}
        </div>
      )}
    </section>
  );
}
