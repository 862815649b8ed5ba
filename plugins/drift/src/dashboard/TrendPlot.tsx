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
import { useTheme } from '@material-ui/core/styles';
import { DateTime } from 'luxon';
import {
  Area,
  ComposedChart,
  Line,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { readableOn } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

function shortDay(date: unknown): string {
  return DateTime.fromISO(String(date)).toLocaleString({
    day: 'numeric',
    month: 'short',
  });
}

/** Drawn figures of the last days. Loaded apart: the chart library is big. */
export default function TrendPlot(props: { trend: DriftOverview['trend'] }) {
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  const paper = theme.palette.background.paper;
  const drifted = readableOn(paper, theme.palette.status.warning);
  const errors = readableOn(paper, theme.palette.status.error);
  const tick = { fill: theme.palette.text.secondary, fontSize: 11 };
  return (
    <ResponsiveContainer width="100%" height={112}>
      <ComposedChart
        data={props.trend}
        margin={{ top: 4, right: 8, bottom: 0, left: 0 }}
        accessibilityLayer={false}
      >
        <XAxis
          dataKey="date"
          tickFormatter={shortDay}
          tick={tick}
          tickLine={false}
          axisLine={{ stroke: theme.palette.divider }}
          interval="preserveStartEnd"
          minTickGap={48}
        />
        <YAxis
          width={30}
          allowDecimals={false}
          tick={tick}
          tickLine={false}
          axisLine={false}
          tickCount={3}
        />
        <Tooltip
          isAnimationActive={false}
          labelFormatter={shortDay}
          contentStyle={{
            backgroundColor: paper,
            borderColor: theme.palette.divider,
            color: theme.palette.text.primary,
            fontSize: 12,
          }}
        />
        <Area
          type="monotone"
          dataKey="drifted"
          name={t('dashboard.trendDrifted')}
          stroke={drifted}
          strokeWidth={2}
          fill={theme.palette.status.warning}
          fillOpacity={0.18}
          isAnimationActive={false}
        />
        <Line
          type="monotone"
          dataKey="errors"
          name={t('dashboard.trendErrors')}
          stroke={errors}
          strokeDasharray="4 3"
          dot={false}
          isAnimationActive={false}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
}
