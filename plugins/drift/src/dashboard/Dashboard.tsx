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

import { useApi } from '@backstage/core-plugin-api';
import {
  DriftOverview,
  ResultsPage,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import Skeleton from '@material-ui/lab/Skeleton';
import { useCallback, useState } from 'react';
import { driftApiRef } from '../api';
import { AskButton } from '../ask';
import {
  kindOfSource,
  Problem,
  RefreshProblem,
  Stack,
  TimeAgo,
  useExistingPage,
  useTimeWords,
} from '../display';
import { useLive, useLoaded, useScanRound } from '../live';
import { PageFrame } from '../page/PageFrame';
import { WaitingLink } from '../remediation';
import { useDriftTranslation } from '../useDriftTranslation';
import {
  DashboardQuery,
  isFiltered,
  NO_FILTERS,
  toResultsQuery,
  useDashboardQuery,
} from './dashboardQuery';
import { DashboardMenu } from './DashboardMenu';
import { EmptyDashboard } from './EmptyDashboard';
import { FilterBar } from './FilterBar';
import { useDriftedWords } from './fleetWords';
import { Pager } from './Pager';
import { ResultsTable } from './ResultsTable';
import { RiskTiles } from './RiskTiles';
import { ScanAll } from './ScanAll';
import { ScanHealthCard } from './ScanHealthCard';
import { ScanProgress } from './ScanProgress';
import { SourceProblems } from './SourceProblems';
import { TrendCard } from './TrendCard';

const useStyles = makeStyles(
  theme => ({
    glance: {
      display: 'grid',
      gap: theme.spacing(2),
      gridTemplateColumns: 'minmax(0, 6fr) minmax(0, 4fr) minmax(0, 4fr)',
      [theme.breakpoints.down('md')]: {
        gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
        '& > :first-child': { gridColumn: '1 / -1' },
      },
      [theme.breakpoints.down('xs')]: {
        gridTemplateColumns: 'minmax(0, 1fr)',
      },
    },
    noMatch: { padding: theme.spacing(4, 2), textAlign: 'center' },
  }),
  { name: 'DriftDashboard' },
);

function useSubtitle(overview: DriftOverview | undefined): string | undefined {
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  const drifted = useDriftedWords();
  if (!overview) {
    return undefined;
  }
  return [
    drifted(overview),
    t('dashboard.scanned', {
      amount: overview.totalTargets - overview.health.never,
    }),
    overview.lastScanAt
      ? t('dashboard.lastScan', { when: words.relative(overview.lastScanAt) })
      : t('dashboard.neverScanned'),
  ].join(' · ');
}

function NoDrift(props: { overview: DriftOverview }) {
  const { health, driftedTargets, lastFullRoundAt } = props.overview;
  const { t } = useDriftTranslation();
  const unsure = health.error + health.stale + health.never;
  if (driftedTargets > 0 || health.ok === 0) {
    return null;
  }
  if (unsure > 0) {
    return (
      <Alert severity="warning" variant="outlined">
        {t('dashboard.noDriftPartial', { count: unsure })}
      </Alert>
    );
  }
  return (
    <Alert severity="success" variant="outlined">
      <AlertTitle>{t('dashboard.noDriftTitle')}</AlertTitle>
      {lastFullRoundAt
        ? t('dashboard.noDriftSince', {
            when: <TimeAgo iso={lastFullRoundAt} />,
          })
        : t('dashboard.noDriftNoRound')}
    </Alert>
  );
}

function Glance(props: {
  overview: DriftOverview;
  query: DashboardQuery;
  onChange(change: Partial<DashboardQuery>): void;
}) {
  const { overview, query, onChange } = props;
  const classes = useStyles();
  return (
    <div className={classes.glance}>
      <RiskTiles
        byRisk={overview.byRisk}
        chosen={query.risk}
        onChange={risk => onChange({ risk })}
      />
      <TrendCard trend={overview.trend} />
      <ScanHealthCard overview={overview} query={query} onChange={onChange} />
    </div>
  );
}

function NoMatch(props: { onClear(): void }) {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <div className={classes.noMatch}>
      <Typography variant="h6" component="h3">
        {t('table.noMatchTitle')}
      </Typography>
      <Typography variant="body2" color="textSecondary" paragraph>
        {t('table.noMatchHint')}
      </Typography>
      <Button variant="outlined" onClick={props.onClear}>
        {t('filters.clear')}
      </Button>
    </div>
  );
}

/** A name that people type; the id of a tenant is none. */
function nameToAskFor(results: ResultsPage | undefined): string | undefined {
  return results?.items.find(({ source }) => kindOfSource(source) !== 'tenant')
    ?.name;
}

/** The dashboard: is anything wrong, how bad, is it mine, what do I press. */
export function Dashboard() {
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [query, setQuery] = useDashboardQuery();
  const [problem, setProblem] = useState<string>();

  const overview = useLoaded({
    key: '',
    load: signal => driftApi.getOverview({ signal }),
  });
  const results = useLoaded({
    key: JSON.stringify(query),
    load: signal => driftApi.getResults(toResultsQuery(query), { signal }),
  });
  const { reload: reloadOverview } = overview;
  const { reload: reloadResults } = results;
  const refresh = useCallback(() => {
    reloadOverview();
    reloadResults();
  }, [reloadOverview, reloadResults]);
  const round = useScanRound({ onFinished: refresh });
  useLive({
    refresh,
    active:
      (overview.value?.activeScans ?? 0) > 0 ||
      (results.value?.items.some(target => target.activeScan) ?? false),
  });
  useExistingPage({
    view: query,
    pageSize: query.pageSize,
    loaded: results.value,
    onChange: setQuery,
  });

  const subtitle = useSubtitle(overview.value);
  const frame = { title: t('title'), subtitle };
  const failure = results.error ?? overview.error;

  if (failure && !results.value) {
    return (
      <PageFrame {...frame}>
        <Problem error={failure} onRetry={refresh} />
      </PageFrame>
    );
  }

  const nothingWatched =
    overview.value?.totalTargets === 0 &&
    results.value?.totalItems === 0 &&
    !isFiltered(query);
  if (nothingWatched) {
    return (
      <PageFrame {...frame} actions={<DashboardMenu />}>
        <Stack>
          <SourceProblems
            sources={overview.value?.sources ?? []}
            hasRecorded={false}
          />
          <EmptyDashboard />
        </Stack>
      </PageFrame>
    );
  }

  const noMatch = results.value?.totalItems === 0;
  return (
    <PageFrame
      {...frame}
      actions={
        <>
          <AskButton moduleName={nameToAskFor(results.value)} />
          <ScanAll
            query={query}
            totalItems={results.loading ? undefined : results.value?.totalItems}
            onStarted={started => {
              round.follow(started);
              refresh();
            }}
            onProblem={setProblem}
          />
          <WaitingLink />
          <DashboardMenu />
        </>
      }
    >
      <Stack>
        {problem && (
          <Alert severity="error" onClose={() => setProblem(undefined)}>
            {problem}
          </Alert>
        )}
        {failure && <RefreshProblem error={failure} onRetry={refresh} />}
        {round.round && (
          <ScanProgress round={round.round} onDismiss={round.dismiss} />
        )}
        <SourceProblems
          sources={overview.value?.sources ?? []}
          hasRecorded={
            results.value?.items.some(
              target => target.evidence === 'recorded',
            ) ?? false
          }
        />
        {overview.value ? (
          <>
            <NoDrift overview={overview.value} />
            <Glance
              overview={overview.value}
              query={query}
              onChange={setQuery}
            />
          </>
        ) : (
          !overview.error && <Skeleton variant="rect" height={168} />
        )}
        <FilterBar
          query={query}
          facets={results.value?.facets}
          onChange={setQuery}
        />
        <ResultsTable
          targets={results.value?.items}
          loading={results.loading}
          query={query}
          onChange={setQuery}
          onScanRequested={refresh}
          onProblem={setProblem}
        >
          {noMatch && <NoMatch onClear={() => setQuery(NO_FILTERS)} />}
          {results.value && !noMatch && (
            <Pager
              query={query}
              totalItems={results.value.totalItems}
              onChange={setQuery}
            />
          )}
        </ResultsTable>
      </Stack>
    </PageFrame>
  );
}
