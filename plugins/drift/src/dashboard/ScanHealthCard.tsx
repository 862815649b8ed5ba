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
import { DriftOverview } from '@infra-hub/backstage-plugin-drift-common';
import ButtonBase from '@material-ui/core/ButtonBase';
import { alpha, makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import ScheduleIcon from '@material-ui/icons/Schedule';
import { ReactElement } from 'react';
import { readableOn, Section, STATUS_ICONS, statusColor } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { DashboardQuery } from './dashboardQuery';

const useStyles = makeStyles(
  theme => ({
    grid: {
      display: 'grid',
      gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
      gap: theme.spacing(0.5, 1),
    },
    active: { marginTop: theme.spacing(0.5) },
  }),
  { name: 'DriftScanHealthCard' },
);

const useFigureStyles = makeStyles<
  BackstageTheme,
  { color: string; quiet: boolean }
>(
  theme => ({
    root: {
      justifyContent: 'flex-start',
      gap: theme.spacing(0.75),
      padding: theme.spacing(0.75, 1),
      borderRadius: theme.shape.borderRadius,
      fontSize: theme.typography.pxToRem(14),
      textAlign: 'left',
      '& svg': {
        fontSize: theme.typography.pxToRem(18),
        flexShrink: 0,
        color: props =>
          props.quiet
            ? theme.palette.text.secondary
            : readableOn(theme.palette.background.paper, props.color),
      },
      '&:hover': { backgroundColor: theme.palette.action.hover },
      '&:focus-visible': {
        outline: `2px solid ${theme.palette.primary.main}`,
      },
      '&[aria-pressed="true"]': {
        backgroundColor: props => alpha(props.color, 0.14),
        boxShadow: props =>
          `inset 0 0 0 2px ${readableOn(
            theme.palette.background.paper,
            props.color,
          )}`,
      },
      backgroundColor: props =>
        props.quiet ? 'transparent' : alpha(props.color, 0.08),
    },
    count: { fontWeight: 700 },
  }),
  { name: 'DriftScanHealthFigure' },
);

type HealthState = keyof DriftOverview['health'];

/** The filters that show the targets of a health figure. */
const FILTERS: Record<HealthState, Pick<DashboardQuery, 'status' | 'stale'>> = {
  ok: { status: ['drifted', 'pending', 'clean'], stale: false },
  error: { status: ['error'], stale: undefined },
  stale: { status: ['drifted', 'pending', 'clean'], stale: true },
  never: { status: ['unknown'], stale: undefined },
};

function isChosen(state: HealthState, query: DashboardQuery): boolean {
  const filter = FILTERS[state];
  return (
    query.stale === filter.stale &&
    query.status.length === filter.status.length &&
    filter.status.every(status => query.status.includes(status))
  );
}

function HealthFigure(props: {
  name: string;
  count: number;
  color: string;
  icon: ReactElement;
  quiet: boolean;
  pressed: boolean;
  onClick(): void;
}) {
  const { name, count, icon, pressed, onClick } = props;
  const classes = useFigureStyles(props);
  const { t } = useDriftTranslation();
  return (
    <ButtonBase
      className={classes.root}
      aria-pressed={pressed}
      aria-label={t('dashboard.healthFilter', { name, amount: count })}
      onClick={onClick}
    >
      {icon}
      <span className={classes.count}>{count.toLocaleString()}</span>
      <span>{name}</span>
    </ButtonBase>
  );
}

/** Whether the scans themselves are well, as loud as drift. A click filters. */
export function ScanHealthCard(props: {
  overview: DriftOverview;
  query: DashboardQuery;
  onChange(change: Pick<DashboardQuery, 'status' | 'stale'>): void;
}) {
  const { overview, query, onChange } = props;
  const { health, activeScans } = overview;
  const classes = useStyles();
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  const figures: {
    state: HealthState;
    name: string;
    color: string;
    icon: ReactElement;
  }[] = [
    {
      state: 'ok',
      name: t('dashboard.healthOk'),
      color: statusColor(theme, 'clean'),
      icon: STATUS_ICONS.clean,
    },
    {
      state: 'error',
      name: t('dashboard.healthError'),
      color: statusColor(theme, 'error'),
      icon: STATUS_ICONS.error,
    },
    {
      state: 'stale',
      name: t('dashboard.healthStale'),
      color: theme.palette.status.warning,
      icon: <ScheduleIcon aria-hidden />,
    },
    {
      state: 'never',
      name: t('dashboard.healthNever'),
      color: statusColor(theme, 'unknown'),
      icon: STATUS_ICONS.unknown,
    },
  ];
  return (
    <Section size="small" title={t('dashboard.healthTitle')}>
      <div className={classes.grid}>
        {figures.map(({ state, ...figure }) => {
          const pressed = isChosen(state, query);
          return (
            <HealthFigure
              key={state}
              {...figure}
              count={health[state]}
              quiet={health[state] === 0}
              pressed={pressed}
              onClick={() =>
                onChange(
                  pressed ? { status: [], stale: undefined } : FILTERS[state],
                )
              }
            />
          );
        })}
      </div>
      {activeScans > 0 && (
        <Typography
          variant="body2"
          color="textSecondary"
          className={classes.active}
        >
          {t('dashboard.activeScans', { count: activeScans })}
        </Typography>
      )}
    </Section>
  );
}
