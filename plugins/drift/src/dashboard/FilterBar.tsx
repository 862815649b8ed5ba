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

import { identityApiRef, useApi } from '@backstage/core-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import { EntityDisplayName } from '@backstage/plugin-catalog-react';
import { Facet, ResultsPage } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Chip from '@material-ui/core/Chip';
import InputAdornment from '@material-ui/core/InputAdornment';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import SearchIcon from '@material-ui/icons/Search';
import { useEffect, useState } from 'react';
import useAsync from 'react-use/esm/useAsync';
import useDebounce from 'react-use/esm/useDebounce';
import { RiskMark, sourceLabel, StatusMark } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import {
  DashboardQuery,
  isFiltered,
  NO_FILTERS,
  RISKS,
  STATUSES,
} from './dashboardQuery';
import { FacetFilter } from './FacetFilter';

const SEARCH_DELAY_MS = 250;

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
    },
    search: {
      flex: '1 1 220px',
      maxWidth: 360,
      '& .MuiInputBase-root': {
        backgroundColor: theme.palette.background.paper,
      },
      [theme.breakpoints.down('xs')]: { maxWidth: 'none' },
    },
    mine: { color: theme.palette.text.secondary },
  }),
  { name: 'DriftFilterBar' },
);

function ownerName(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}

function inOrder(facet: Facet, order: string[]): Facet {
  const counts = new Map(facet.map(({ value, count }) => [value, count]));
  return order
    .filter(value => counts.has(value))
    .map(value => ({ value, count: counts.get(value) ?? 0 }));
}

function SearchField(props: { text: string; onChange(text: string): void }) {
  const { text, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useDebounce(
    () => {
      if (typed !== text) {
        onChange(typed);
      }
    },
    SEARCH_DELAY_MS,
    [typed],
  );
  return (
    <TextField
      className={classes.search}
      type="search"
      size="small"
      variant="outlined"
      placeholder={t('filters.search')}
      value={typed}
      onChange={event => setTyped(event.target.value)}
      inputProps={{ 'aria-label': t('filters.search') }}
      InputProps={{
        startAdornment: (
          <InputAdornment position="start">
            <SearchIcon fontSize="small" aria-hidden />
          </InputAdornment>
        ),
      }}
    />
  );
}

/** Search and filters of the dashboard. */
export function FilterBar(props: {
  query: DashboardQuery;
  facets: ResultsPage['facets'] | undefined;
  onChange(change: Partial<DashboardQuery>): void;
}) {
  const { query, facets, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const identityApi = useApi(identityApiRef);
  const identity = useAsync(
    () => identityApi.getBackstageIdentity(),
    [identityApi],
  );
  const mine = new Set(identity.value?.ownershipEntityRefs ?? []);

  return (
    <div
      className={classes.root}
      role="search"
      aria-label={t('filters.region')}
    >
      <SearchField text={query.q} onChange={q => onChange({ q })} />
      <FacetFilter
        name={t('filters.client')}
        facet={facets?.client ?? []}
        chosen={query.client}
        textOf={value => value || t('filters.noClient')}
        onChange={client => onChange({ client })}
      />
      <FacetFilter
        name={t('filters.owner')}
        facet={facets?.owner ?? []}
        chosen={query.owner}
        textOf={value => (value ? ownerName(value) : t('filters.noOwner'))}
        isFirst={value => mine.has(value)}
        renderValue={value =>
          value ? (
            <>
              <EntityDisplayName
                entityRef={value}
                defaultKind="group"
                disableTooltip
              />
              {mine.has(value) && (
                <span className={classes.mine}> ({t('filters.mine')})</span>
              )}
            </>
          ) : (
            t('filters.noOwner')
          )
        }
        onChange={owner => onChange({ owner })}
      />
      <FacetFilter
        name={t('filters.status')}
        facet={inOrder(facets?.status ?? [], STATUSES)}
        chosen={query.status}
        textOf={value => {
          const status = STATUSES.find(known => known === value);
          return status ? t(`status.${status}`) : value;
        }}
        renderValue={value => {
          const status = STATUSES.find(known => known === value);
          return status && <StatusMark status={status} />;
        }}
        onChange={values =>
          onChange({ status: STATUSES.filter(s => values.includes(s)) })
        }
      />
      <FacetFilter
        name={t('filters.risk')}
        facet={inOrder(facets?.risk ?? [], RISKS)}
        chosen={query.risk}
        textOf={value => {
          const risk = RISKS.find(known => known === value);
          return risk ? t(`risk.${risk}`) : value;
        }}
        renderValue={value => {
          const risk = RISKS.find(known => known === value);
          return risk && <RiskMark risk={risk} />;
        }}
        onChange={values =>
          onChange({ risk: RISKS.filter(r => values.includes(r)) })
        }
      />
      <FacetFilter
        name={t('filters.source')}
        facet={facets?.source ?? []}
        chosen={query.source}
        textOf={sourceLabel}
        onChange={source => onChange({ source })}
      />
      {query.stale !== undefined && (
        <Chip
          label={query.stale ? t('filters.stale') : t('filters.fresh')}
          onDelete={() => onChange({ stale: undefined })}
        />
      )}
      {isFiltered(query) && (
        <Button onClick={() => onChange(NO_FILTERS)}>
          {t('filters.clear')}
        </Button>
      )}
    </div>
  );
}
