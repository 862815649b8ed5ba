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

import { DriftOverview } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Skeleton from '@material-ui/lab/Skeleton';
import { DateTime } from 'luxon';
import { lazy, Suspense } from 'react';
import { Section } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const TrendPlot = lazy(() => import('./TrendPlot'));

const useStyles = makeStyles(
  { plot: { margin: 0 } },
  { name: 'DriftTrendCard' },
);

/** How many targets were drifted on each of the last days. */
export function TrendCard(props: { trend: DriftOverview['trend'] }) {
  const { trend } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const most = trend.reduce<DriftOverview['trend'][number] | undefined>(
    (worst, day) => (worst && worst.drifted >= day.drifted ? worst : day),
    undefined,
  );
  return (
    <Section size="small" title={t('dashboard.trendTitle')}>
      {most && trend.length > 1 ? (
        <figure
          className={classes.plot}
          role="img"
          aria-label={t('dashboard.trendDescription', {
            days: trend.length,
            now: trend[trend.length - 1].drifted,
            most: most.drifted,
            mostDate: DateTime.fromISO(most.date).toLocaleString(
              DateTime.DATE_MED,
            ),
          })}
        >
          <Suspense fallback={<Skeleton variant="rect" height={112} />}>
            <TrendPlot trend={trend} />
          </Suspense>
        </figure>
      ) : (
        <Typography variant="body2" color="textSecondary">
          {t('dashboard.trendEmpty')}
        </Typography>
      )}
    </Section>
  );
}
