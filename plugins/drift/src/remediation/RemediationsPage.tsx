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
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import Chip from '@material-ui/core/Chip';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import Paper from '@material-ui/core/Paper';
import { makeStyles } from '@material-ui/core/styles';
import Tab from '@material-ui/core/Tab';
import Tabs from '@material-ui/core/Tabs';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { useCallback, useEffect, useState } from 'react';
import useDebounce from 'react-use/esm/useDebounce';
import { driftApiRef } from '../api';
import {
  EmptyList,
  Hidden,
  LoadingBlock,
  PageFoot,
  Problem,
  RefreshProblem,
  sourceLabel,
  Stack,
  useExistingPage,
} from '../display';
import { useLive, useLoaded } from '../live';
import { SubPage } from '../page/SubPage';
import { useDriftTranslation } from '../useDriftTranslation';
import { useRemediationHost } from './RemediationHost';
import {
  isNarrowed,
  REMEDIATIONS_PAGE_SIZE,
  RemediationsTab,
  RemediationsView,
  TABS,
  toRemediationsQuery,
  useRemediationsView,
} from './remediationsQuery';
import { RemediationsTable } from './RemediationsTable';
import { StatusBanner } from './StatusBanner';
import { useWaitingCount } from './useWaitingCount';

const TYPING_DELAY_MS = 300;
const PANEL_ID = 'drift-remediations';

const useStyles = makeStyles(
  theme => ({
    tab: { textTransform: 'none', minWidth: 0 },
    filters: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
      padding: theme.spacing(1.5, 2),
    },
    empty: { padding: theme.spacing(4, 2), textAlign: 'center' },
  }),
  { name: 'DriftRemediationsPage' },
);

const EMPTY_WORDS = {
  waiting: 'remediations.emptyWaiting',
  open: 'remediations.emptyOpen',
  ended: 'remediations.emptyEnded',
  all: 'remediations.emptyAll',
} as const;

function Empty(props: { view: RemediationsView; onClear(): void }) {
  const { view, onClear } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  if (isNarrowed(view)) {
    return (
      <div className={classes.empty}>
        <Typography paragraph>{t('remediations.emptyFiltered')}</Typography>
        <Button variant="outlined" onClick={onClear}>
          {t('remediations.clear')}
        </Button>
      </div>
    );
  }
  return (
    <EmptyList
      title={t(EMPTY_WORDS[view.tab])}
      text={
        view.tab === 'waiting'
          ? t('remediations.emptyWaitingText')
          : t('remediations.emptyText')
      }
    />
  );
}

function ClientField(props: {
  client: string;
  onChange(client: string): void;
}) {
  const { client, onChange } = props;
  const { t } = useDriftTranslation();
  const [typed, setTyped] = useState(client);
  useEffect(() => setTyped(client), [client]);
  useDebounce(
    () => {
      if (typed.trim() !== client) {
        onChange(typed.trim());
      }
    },
    TYPING_DELAY_MS,
    [typed],
  );
  return (
    <TextField
      id="drift-remediations-client"
      type="search"
      size="small"
      label={t('remediations.client')}
      value={typed}
      onChange={event => setTyped(event.target.value)}
    />
  );
}

function Filters(props: {
  view: RemediationsView;
  onChange(change: Partial<RemediationsView>): void;
}) {
  const { view, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const known =
    useRemediationHost()?.status.value?.sources.map(({ source }) => source) ??
    [];
  const sources = [...new Set([...known, view.source])].filter(Boolean);
  return (
    <div
      className={classes.filters}
      role="search"
      aria-label={t('filters.region')}
    >
      <ClientField
        client={view.client}
        onChange={client => onChange({ client })}
      />
      <TextField
        select
        id="drift-remediations-source"
        size="small"
        label={t('remediations.source')}
        value={view.source}
        InputLabelProps={{ shrink: true }}
        SelectProps={{ native: true }}
        onChange={event => onChange({ source: event.target.value })}
      >
        <option value="">{t('remediations.anySource')}</option>
        {sources.map(source => (
          <option key={source} value={source}>
            {sourceLabel(source)}
          </option>
        ))}
      </TextField>
      {view.tab === 'waiting' && (
        <FormControlLabel
          control={
            <Checkbox
              color="primary"
              checked={view.mine}
              onChange={(_, mine) => onChange({ mine })}
            />
          }
          label={t('remediations.mine')}
        />
      )}
      {view.targetId && (
        <Chip
          label={t('remediations.ofTarget', {
            name: view.targetId.slice(view.targetId.indexOf('/') + 1),
          })}
          onDelete={() => onChange({ targetId: '' })}
        />
      )}
    </div>
  );
}

function Remediations() {
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [view, setView] = useRemediationsView();
  const query = toRemediationsQuery(view);
  const page = useLoaded({
    key: JSON.stringify(query),
    scope: view.tab,
    load: signal => driftApi.getRemediations(query, { signal }),
  });
  const waiting = useWaitingCount();
  const { value, error, loading, reload } = page;
  const { reload: reloadWaiting } = waiting;
  const refresh = useCallback(() => {
    reload();
    reloadWaiting();
  }, [reload, reloadWaiting]);
  useLive({
    refresh,
    active: view.tab === 'open' && (value?.totalItems ?? 0) > 0,
    concerns: ({ type }) => type === 'remediation-changed',
  });
  useExistingPage({
    view,
    pageSize: REMEDIATIONS_PAGE_SIZE,
    loaded: loading ? undefined : value,
    onChange: setView,
  });

  const nameOf = (tab: RemediationsTab) => {
    switch (tab) {
      case 'waiting':
        return waiting.value === undefined
          ? t('remediations.tabWaiting')
          : t('remediations.tabWaitingCount', { amount: waiting.value });
      case 'open':
        return t('remediations.tabOpen');
      case 'ended':
        return t('remediations.tabEnded');
      default:
        return t('remediations.tabAll');
    }
  };
  return (
    <Stack>
      <StatusBanner />
      {error && value && <RefreshProblem error={error} onRetry={reload} />}
      <Paper aria-busy={loading}>
        <Hidden live>{loading ? t('table.refreshing') : ''}</Hidden>
        <Tabs
          value={view.tab}
          onChange={(_, tab: RemediationsTab) => setView({ tab })}
          variant="scrollable"
          scrollButtons="auto"
          indicatorColor="primary"
          textColor="primary"
          aria-label={t('remediations.tabs')}
        >
          {TABS.map(tab => (
            <Tab
              key={tab}
              value={tab}
              className={classes.tab}
              id={`${PANEL_ID}-${tab}`}
              aria-controls={PANEL_ID}
              label={nameOf(tab)}
            />
          ))}
        </Tabs>
        <div
          role="tabpanel"
          id={PANEL_ID}
          aria-labelledby={`${PANEL_ID}-${view.tab}`}
        >
          <Filters view={view} onChange={setView} />
          {!value &&
            (error ? (
              <Problem error={error} onRetry={reload} />
            ) : (
              <LoadingBlock label={t('remediations.loading')} />
            ))}
          {value && value.items.length === 0 && (
            <Empty
              view={view}
              onClear={() =>
                setView({ mine: false, client: '', source: '', targetId: '' })
              }
            />
          )}
          {value && value.items.length > 0 && (
            <RemediationsTable remediations={value.items} />
          )}
          {value && (
            <PageFoot
              label={t('table.pages')}
              page={view.page}
              pageSize={REMEDIATIONS_PAGE_SIZE}
              totalItems={value.totalItems}
              onChange={next => setView({ page: next })}
            />
          )}
        </div>
      </Paper>
    </Stack>
  );
}

/** What waits for approval, what is under way, and how the others ended. */
export function RemediationsPage() {
  const { t } = useDriftTranslation();
  return (
    <SubPage
      title={t('remediations.title')}
      subtitle={t('remediations.subtitle')}
    >
      <Remediations />
    </SubPage>
  );
}
