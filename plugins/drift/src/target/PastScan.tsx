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

import { ScanSummary } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { Note, useTimeWords } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { useScanFacts } from './CiFacts';
import { Limits } from './Limits';

const useStyles = makeStyles(
  theme => ({
    facts: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0, 2),
      margin: 0,
      '& dt, & dd': { display: 'inline', margin: 0 },
      '& dt': { fontWeight: 600 },
    },
  }),
  { name: 'DriftPastScan' },
);

/** Says that the page shows an earlier scan, and how that one ended. */
export function PastScan(props: {
  scan: ScanSummary | undefined;
  /** That scan's findings are loaded and there is none. */
  nothingFound: boolean;
  onLeave(): void;
}) {
  const { scan, nothingFound, onLeave } = props;
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const classes = useStyles();
  const scanFacts = useScanFacts();

  let outcome: string | undefined;
  if (scan?.state === 'queued' || scan?.state === 'running') {
    outcome = t('history.scanOpen');
  } else if (scan && (scan.state === 'failed' || scan.status === 'error')) {
    outcome = t('history.scanFailed', {
      reason: scan.error ?? t('history.scanFailedUnknown'),
    });
  } else if (scan && nothingFound) {
    outcome = t('history.scanClean');
  }

  return (
    <>
      <Note
        severity="info"
        action={
          <Button color="inherit" size="small" onClick={onLeave}>
            {t('history.backToNow')}
          </Button>
        }
      >
        <AlertTitle>
          {scan
            ? t('history.youLookAt', {
                when: words.absolute(scan.finishedAt ?? scan.queuedAt),
              })
            : t('history.scanMissing')}
        </AlertTitle>
        {outcome && <div>{outcome}</div>}
        {scan && (
          <dl className={classes.facts}>
            {scanFacts(scan).map(({ name, value }) => (
              <div key={name}>
                <dt>{name}:</dt> <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </Note>
      {scan && <Limits warnings={scan.warnings} blindSpots={scan.blindSpots} />}
    </>
  );
}
