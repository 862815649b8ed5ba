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
import { ScanSummary } from '@infra-hub/backstage-plugin-drift-common';
import ButtonBase from '@material-ui/core/ButtonBase';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Tooltip from '@material-ui/core/Tooltip';
import Typography from '@material-ui/core/Typography';
import MoreHorizIcon from '@material-ui/icons/MoreHoriz';
import SkipNextIcon from '@material-ui/icons/SkipNext';
import { ReactElement } from 'react';
import {
  readableOn,
  Section,
  STATUS_ICONS,
  statusColor,
  useTimeWords,
} from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    strip: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5),
      listStyle: 'none',
      margin: 0,
      padding: 0,
    },
  }),
  { name: 'DriftHistory' },
);

const useSquareStyles = makeStyles<BackstageTheme, { color: string }>(
  theme => ({
    square: {
      width: 32,
      height: 32,
      borderRadius: 4,
      color: props => props.color,
      border: props => `1px solid ${props.color}`,
      '& svg': { fontSize: theme.typography.pxToRem(18) },
      '&:hover': { backgroundColor: theme.palette.action.hover },
      '&:focus-visible': {
        outline: `2px solid ${theme.palette.primary.main}`,
        outlineOffset: 2,
      },
      '&[aria-pressed="true"]': {
        backgroundColor: props => props.color,
        color: theme.palette.background.paper,
      },
    },
  }),
  { name: 'DriftHistorySquare' },
);

function iconOf(scan: ScanSummary): ReactElement {
  if (scan.state === 'queued' || scan.state === 'running') {
    return <MoreHorizIcon aria-hidden />;
  }
  if (scan.state === 'superseded') {
    return <SkipNextIcon aria-hidden />;
  }
  return STATUS_ICONS[scan.status ?? 'error'];
}

function colorOf(theme: BackstageTheme, scan: ScanSummary): string {
  const ended = scan.state === 'completed' || scan.state === 'failed';
  return readableOn(
    theme.palette.background.paper,
    statusColor(theme, ended ? scan.status ?? 'error' : 'unknown'),
  );
}

/** A scan in one line: outcome, how many resources, when. */
export function useScanWords(): (scan: ScanSummary) => string {
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const outcome = (scan: ScanSummary) => {
    const when = words.absolute(
      scan.finishedAt ?? scan.startedAt ?? scan.queuedAt,
    );
    if (
      scan.state === 'queued' ||
      scan.state === 'running' ||
      scan.state === 'superseded'
    ) {
      return t('history.scan', { state: t(`history.${scan.state}`), when });
    }
    const state = t(`status.${scan.status ?? 'error'}`);
    return scan.status === 'drifted' && scan.driftedResources !== undefined
      ? t('history.scanDrifted', {
          state,
          count: scan.driftedResources,
          when,
        })
      : t('history.scan', { state, when });
  };
  return scan =>
    scan.trigger === 'ci'
      ? t('history.scanFrom', { scan: outcome(scan) })
      : outcome(scan);
}

function Square(props: {
  scan: ScanSummary;
  chosen: boolean;
  onClick(): void;
}) {
  const { scan, chosen, onClick } = props;
  const theme = useTheme<BackstageTheme>();
  const classes = useSquareStyles({ color: colorOf(theme, scan) });
  const label = useScanWords()(scan);
  return (
    <Tooltip title={label}>
      <ButtonBase
        className={classes.square}
        aria-label={label}
        aria-pressed={chosen}
        onClick={onClick}
      >
        {iconOf(scan)}
      </ButtonBase>
    </Tooltip>
  );
}

/** One square per scan, oldest first; a click shows what that scan saw. */
export function History(props: {
  /** Newest first, as the API gives them. */
  scans: ScanSummary[];
  chosen: string | undefined;
  onChoose(scanId: string | undefined): void;
}) {
  const { scans, chosen, onChoose } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <Section title={t('history.title')}>
      {scans.length === 0 ? (
        <Typography variant="body2" color="textSecondary">
          {t('history.none')}
        </Typography>
      ) : (
        <ol className={classes.strip} aria-label={t('history.strip')}>
          {[...scans].reverse().map(scan => (
            <li key={scan.id}>
              <Square
                scan={scan}
                chosen={scan.id === chosen}
                onClick={() =>
                  onChoose(scan.id === chosen ? undefined : scan.id)
                }
              />
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
