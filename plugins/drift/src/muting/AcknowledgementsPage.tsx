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
import { Acknowledgement } from '@infra-hub/backstage-plugin-drift-common';
import Paper from '@material-ui/core/Paper';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Alert from '@material-ui/lab/Alert';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { driftApiRef } from '../api';
import {
  EmptyList,
  Hidden,
  LoadingBlock,
  Moment,
  PageFoot,
  Person,
  Problem,
  RecordColumn,
  RecordTable,
  RefreshProblem,
  RiskMark,
  Stack,
  TargetLink,
  TimeAgo,
} from '../display';
import { useLive, useLoaded } from '../live';
import { SubPage } from '../page/SubPage';
import { useDriftTranslation } from '../useDriftTranslation';
import { WithdrawButton } from './WithdrawButton';

const PAGE_SIZE = 20;
const STATES = ['active', 'ended'] as const;
const STATE_PARAMETER = 'state';

const useStyles = makeStyles(
  theme => ({
    filter: { padding: theme.spacing(2) },
    address: {
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(13),
      fontWeight: 600,
    },
    reason: { whiteSpace: 'pre-line' },
  }),
  { name: 'DriftAcknowledgementsPage' },
);

function End(props: { acknowledgement: Acknowledgement }) {
  const { endedAt, endedBy, endReason } = props.acknowledgement;
  const { t } = useDriftTranslation();
  return (
    <>
      {endedAt && <Moment iso={endedAt} />}
      {endedBy && (
        <div>
          {endedBy === 'drift'
            ? t('acknowledgements.endedByItself')
            : t('acknowledgements.endedBy', { who: <Person who={endedBy} /> })}
        </div>
      )}
      {endReason && <div>{endReason}</div>}
    </>
  );
}

function useColumns(
  state: Acknowledgement['state'],
): RecordColumn<Acknowledgement>[] {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return [
    {
      title: t('acknowledgements.finding'),
      width: '24%',
      cell: ({ address }) => <div className={classes.address}>{address}</div>,
    },
    {
      title: t('acknowledgements.severity'),
      width: 112,
      cell: ({ severity }) => <RiskMark risk={severity} />,
    },
    {
      title: t('acknowledgements.target'),
      width: '16%',
      cell: ({ targetId }) => <TargetLink targetId={targetId} />,
    },
    {
      title: t('acknowledgements.reason'),
      cell: ({ reason }) => <div className={classes.reason}>{reason}</div>,
    },
    {
      title: t('acknowledgements.who'),
      width: '12%',
      cell: ({ createdBy, createdAt }) => (
        <>
          <Person who={createdBy} />
          <div>
            <TimeAgo iso={createdAt} />
          </div>
        </>
      ),
    },
    state === 'active'
      ? {
          title: t('acknowledgements.until'),
          width: 168,
          cell: ({ expiresAt }) => <Moment iso={expiresAt} />,
        }
      : {
          title: t('acknowledgements.end'),
          width: 220,
          cell: acknowledgement => <End acknowledgement={acknowledgement} />,
        },
  ];
}

function Acknowledgements() {
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [params, setParams] = useSearchParams();
  const [page, setPage] = useState(0);
  const [notice, setNotice] = useState<{
    severity: 'success' | 'error';
    text: string;
  }>();
  const state =
    STATES.find(each => each === params.get(STATE_PARAMETER)) ?? 'active';
  const columns = useColumns(state);
  const { value, error, loading, reload } = useLoaded({
    key: `${state} ${page}`,
    scope: state,
    load: () =>
      driftApi.getAcknowledgements({
        state,
        limit: PAGE_SIZE,
        offset: page * PAGE_SIZE,
      }),
  });
  useLive({ refresh: reload, active: false });
  // The last one of the last page may have been withdrawn.
  const lastPage = Math.max(
    0,
    Math.ceil((value?.totalItems ?? 0) / PAGE_SIZE) - 1,
  );
  if (value && !loading && page > lastPage) {
    setPage(lastPage);
  }

  if (error && !value) {
    return <Problem error={error} onRetry={reload} />;
  }
  return (
    <Stack>
      {error && <RefreshProblem error={error} onRetry={reload} />}
      {notice && (
        <Alert severity={notice.severity} onClose={() => setNotice(undefined)}>
          {notice.text}
        </Alert>
      )}
      <Paper aria-busy={loading}>
        <Hidden live>{loading ? t('table.refreshing') : ''}</Hidden>
        <div className={classes.filter}>
          <TextField
            select
            id="drift-acknowledgements-state"
            size="small"
            label={t('acknowledgements.filter')}
            value={state}
            SelectProps={{ native: true }}
            onChange={event => {
              setParams(
                event.target.value === 'ended'
                  ? { [STATE_PARAMETER]: 'ended' }
                  : {},
                { replace: true },
              );
              setPage(0);
            }}
          >
            {STATES.map(each => (
              <option key={each} value={each}>
                {t(`acknowledgements.${each}`)}
              </option>
            ))}
          </TextField>
        </div>
        {!value && <LoadingBlock label={t('acknowledgements.loading')} />}
        {value && value.items.length === 0 && (
          <EmptyList
            title={
              state === 'active'
                ? t('acknowledgements.emptyActive')
                : t('acknowledgements.emptyEnded')
            }
            text={
              state === 'active'
                ? t('acknowledgements.emptyActiveText')
                : undefined
            }
          />
        )}
        {value && value.items.length > 0 && (
          <RecordTable
            caption={t('acknowledgements.caption')}
            columns={columns}
            records={value.items}
            keyOf={({ id }) => id}
            actionsTitle={t('acknowledgements.actions')}
            actionsWidth={124}
            actions={
              state === 'active'
                ? acknowledgement => (
                    <WithdrawButton
                      acknowledgement={acknowledgement}
                      onWithdrawn={() => {
                        setNotice({
                          severity: 'success',
                          text: t('acknowledgements.withdrawn', {
                            address: acknowledgement.address,
                          }),
                        });
                        reload();
                      }}
                      onProblem={text => {
                        setNotice({ severity: 'error', text });
                        reload();
                      }}
                    />
                  )
                : undefined
            }
          />
        )}
        {value && (
          <PageFoot
            page={page}
            pageSize={PAGE_SIZE}
            totalItems={value.totalItems}
            onChange={setPage}
          />
        )}
      </Paper>
    </Stack>
  );
}

/** Drift that somebody accepted for a time, of all targets that the user may see. */
export function AcknowledgementsPage() {
  const { t } = useDriftTranslation();
  return (
    <SubPage
      title={t('acknowledgements.title')}
      subtitle={t('acknowledgements.subtitle')}
    >
      <Acknowledgements />
    </SubPage>
  );
}
