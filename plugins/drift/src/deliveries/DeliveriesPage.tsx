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

import { Link } from '@backstage/core-components';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  Delivery,
  driftDeliveryManagePermission,
} from '@infra-hub/backstage-plugin-drift-common';
import Paper from '@material-ui/core/Paper';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AlertTitle from '@material-ui/lab/AlertTitle';
import { useState } from 'react';
import { driftApiRef } from '../api';
import {
  EmptyList,
  Hidden,
  LoadingBlock,
  PageFoot,
  Problem,
  problemKind,
  problemSentence,
  RefreshProblem,
  Stack,
} from '../display';
import { useLive, useLoaded } from '../live';
import { SubPage } from '../page/SubPage';
import { rootRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { DeliveriesTable } from './DeliveriesTable';

const PAGE_SIZE = 20;

const STATES = ['all', 'waiting', 'dead'] as const;
type Choice = (typeof STATES)[number];

const useStyles = makeStyles(
  theme => ({
    filter: { padding: theme.spacing(2) },
    empty: { padding: theme.spacing(4, 2), textAlign: 'center' },
  }),
  { name: 'DriftDeliveriesPage' },
);

function Forbidden() {
  const { t } = useDriftTranslation();
  const dashboard = useRouteRef(rootRouteRef)();
  return (
    <Alert
      severity="info"
      variant="outlined"
      action={<Link to={dashboard}>{t('problem.toDashboard')}</Link>}
    >
      <AlertTitle>{t('deliveries.forbiddenTitle')}</AlertTitle>
      {t('deliveries.forbiddenText')}
    </Alert>
  );
}

function Empty(props: { choice: Choice }) {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return props.choice === 'all' ? (
    <EmptyList
      title={t('deliveries.emptyTitle')}
      text={t('deliveries.emptyText')}
    />
  ) : (
    <Typography className={classes.empty}>
      {t('deliveries.emptyFiltered')}
    </Typography>
  );
}

/** Sends messages again, one request for each at a time. */
function useRetries(options: { onRetried(): void }) {
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [retrying, setRetrying] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<string>();
  const retry = async ({ id }: Delivery) => {
    setRetrying(old => new Set(old).add(id));
    setProblem(undefined);
    setDone(false);
    try {
      await driftApi.retryDelivery(id);
      setDone(true);
    } catch (error) {
      setProblem(
        t('deliveries.retryFailed', { reason: problemSentence(error) }),
      );
    }
    setRetrying(old => new Set([...old].filter(other => other !== id)));
    options.onRetried();
  };
  return {
    retrying,
    retry,
    done,
    problem,
    dismiss: () => {
      setProblem(undefined);
      setDone(false);
    },
  };
}

function Deliveries() {
  const classes = useStyles();
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [choice, setChoice] = useState<Choice>('all');
  const [page, setPage] = useState(0);
  const deliveries = useLoaded({
    key: `${choice} ${page}`,
    load: () =>
      driftApi.getDeliveries({
        state: choice === 'all' ? undefined : choice,
        limit: PAGE_SIZE,
        offset: page * PAGE_SIZE,
      }),
  });
  const { value, error, loading, reload } = deliveries;
  useLive({ refresh: reload, active: false });
  const { retrying, retry, done, problem, dismiss } = useRetries({
    onRetried: reload,
  });

  if (error && problemKind(error) === 'forbidden') {
    return <Forbidden />;
  }
  if (error && !value) {
    return <Problem error={error} onRetry={reload} />;
  }
  return (
    <Stack>
      {error && <RefreshProblem error={error} onRetry={reload} />}
      {problem && (
        <Alert severity="error" onClose={dismiss}>
          {problem}
        </Alert>
      )}
      {done && (
        <Alert severity="success" onClose={dismiss}>
          {t('deliveries.retried')}
        </Alert>
      )}
      <Paper aria-busy={loading}>
        <Hidden live>{loading ? t('table.refreshing') : ''}</Hidden>
        <div className={classes.filter}>
          <TextField
            select
            id="drift-deliveries-state"
            size="small"
            label={t('deliveries.filter')}
            value={choice}
            SelectProps={{ native: true }}
            onChange={event => {
              const next = STATES.find(state => state === event.target.value);
              setChoice(next ?? 'all');
              setPage(0);
            }}
          >
            {STATES.map(state => (
              <option key={state} value={state}>
                {t(`deliveries.${state}`)}
              </option>
            ))}
          </TextField>
        </div>
        {!value && <LoadingBlock label={t('deliveries.loading')} />}
        {value && value.items.length === 0 && <Empty choice={choice} />}
        {value && value.items.length > 0 && (
          <DeliveriesTable
            deliveries={value.items}
            retrying={retrying}
            onRetry={retry}
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

/** Messages to webhooks that wait for another attempt or were given up. */
export function DeliveriesPage() {
  const { t } = useDriftTranslation();
  const permission = usePermission({
    permission: driftDeliveryManagePermission,
  });
  let content = <Deliveries />;
  if (permission.loading) {
    content = <LoadingBlock label={t('deliveries.loading')} />;
  } else if (!permission.allowed && !permission.error) {
    content = <Forbidden />;
  }
  return (
    <SubPage title={t('deliveries.title')} subtitle={t('deliveries.subtitle')}>
      {content}
    </SubPage>
  );
}
