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
import { Delivery } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles, Theme, useTheme } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import CancelIcon from '@material-ui/icons/Cancel';
import HourglassIcon from '@material-ui/icons/HourglassEmpty';
import { ReactNode } from 'react';
import { Hidden, Mark, TargetLink, TimeAgo } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    table: {
      tableLayout: 'fixed',
      minWidth: 900,
      '& td, & th': {
        padding: theme.spacing(1.25, 1),
        verticalAlign: 'top',
        overflowWrap: 'anywhere',
        fontWeight: 'inherit',
      },
      '& thead th': {
        fontWeight: 700,
        textTransform: 'none',
        color: theme.palette.text.primary,
        backgroundColor: 'transparent',
      },
    },
    webhook: { fontWeight: 600 },
    attempts: {
      marginTop: theme.spacing(0.25),
      fontSize: theme.typography.pxToRem(12),
      color: theme.palette.text.secondary,
    },
    scroll: { overflowX: 'auto' },
    cards: { listStyle: 'none', margin: 0, padding: 0 },
    card: {
      padding: theme.spacing(1.5, 2),
      borderBottom: `1px solid ${theme.palette.divider}`,
      overflowWrap: 'anywhere',
    },
    cardHead: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: theme.spacing(1),
    },
    facts: {
      display: 'grid',
      gridTemplateColumns: 'auto minmax(0, 1fr)',
      gap: theme.spacing(0.25, 1.5),
      margin: theme.spacing(1, 0),
      fontSize: theme.typography.pxToRem(14),
      '& dt': { fontWeight: 600 },
      '& dd': { margin: 0 },
    },
  }),
  { name: 'DriftDeliveriesTable' },
);

/** What a table of deliveries needs. */
export interface DeliveriesTableProps {
  deliveries: Delivery[];
  /** Ids of those that are being sent again. */
  retrying: ReadonlySet<string>;
  onRetry(delivery: Delivery): void;
}

function StateMark(props: { state: Delivery['state'] }) {
  const { state } = props;
  const { status } = useTheme<BackstageTheme>().palette;
  const { t } = useDriftTranslation();
  return state === 'dead' ? (
    <Mark
      color={status.error}
      icon={<CancelIcon aria-hidden />}
      hint={t('deliveries.deadHint')}
    >
      {t('deliveries.dead')}
    </Mark>
  ) : (
    <Mark
      color={status.running}
      icon={<HourglassIcon aria-hidden />}
      hint={t('deliveries.waitingHint')}
    >
      {t('deliveries.waiting')}
    </Mark>
  );
}

function RetryButton(props: {
  delivery: Delivery;
  retrying: boolean;
  onRetry(delivery: Delivery): void;
}) {
  const { delivery, retrying, onRetry } = props;
  const { t } = useDriftTranslation();
  return (
    <Button
      size="small"
      variant="outlined"
      aria-label={t('deliveries.retryOf', {
        type: delivery.type,
        webhook: delivery.webhook,
      })}
      aria-disabled={retrying || undefined}
      aria-busy={retrying || undefined}
      startIcon={
        retrying && <CircularProgress size={14} color="inherit" aria-hidden />
      }
      onClick={() => !retrying && onRetry(delivery)}
    >
      {t('deliveries.retry')}
    </Button>
  );
}

function Next(props: { delivery: Delivery }) {
  const { state, nextAttemptAt } = props.delivery;
  return state === 'waiting' && nextAttemptAt ? (
    <TimeAgo iso={nextAttemptAt} />
  ) : (
    <>–</>
  );
}

function Row(props: { delivery: Delivery; children: ReactNode }) {
  const { delivery, children } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <TableRow>
      <TableCell component="th" scope="row" role="rowheader">
        <div className={classes.webhook}>{delivery.webhook}</div>
        <div>{delivery.type}</div>
      </TableCell>
      <TableCell>
        {delivery.targetId ? <TargetLink targetId={delivery.targetId} /> : '–'}
      </TableCell>
      <TableCell>
        <StateMark state={delivery.state} />
        <div className={classes.attempts}>
          {t('deliveries.attemptsOf', { count: delivery.attempts })}
        </div>
      </TableCell>
      <TableCell>{delivery.lastError ?? '–'}</TableCell>
      <TableCell>
        <TimeAgo iso={delivery.createdAt} />
      </TableCell>
      <TableCell>
        <Next delivery={delivery} />
      </TableCell>
      <TableCell>{children}</TableCell>
    </TableRow>
  );
}

function Card(props: { delivery: Delivery; children: ReactNode }) {
  const { delivery, children } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <li className={classes.card}>
      <div className={classes.cardHead}>
        <StateMark state={delivery.state} />
        {children}
      </div>
      <dl className={classes.facts}>
        <dt>{t('deliveries.webhook')}</dt>
        <dd>{delivery.webhook}</dd>
        <dt>{t('deliveries.type')}</dt>
        <dd>{delivery.type}</dd>
        <dt>{t('deliveries.target')}</dt>
        <dd>
          {delivery.targetId ? (
            <TargetLink targetId={delivery.targetId} />
          ) : (
            '–'
          )}
        </dd>
        <dt>{t('deliveries.attempts')}</dt>
        <dd>{delivery.attempts.toLocaleString()}</dd>
        <dt>{t('deliveries.lastError')}</dt>
        <dd>{delivery.lastError ?? '–'}</dd>
        <dt>{t('deliveries.created')}</dt>
        <dd>
          <TimeAgo iso={delivery.createdAt} />
        </dd>
        <dt>{t('deliveries.next')}</dt>
        <dd>
          <Next delivery={delivery} />
        </dd>
      </dl>
    </li>
  );
}

/** Messages that were not delivered. Under 960 px each row becomes a card. */
export function DeliveriesTable(props: DeliveriesTableProps) {
  const { deliveries, retrying, onRetry } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('sm'));
  const retryOf = (delivery: Delivery) => (
    <RetryButton
      delivery={delivery}
      retrying={retrying.has(delivery.id)}
      onRetry={onRetry}
    />
  );

  if (narrow) {
    return (
      <ul className={classes.cards} aria-label={t('deliveries.caption')}>
        {deliveries.map(delivery => (
          <Card key={delivery.id} delivery={delivery}>
            {retryOf(delivery)}
          </Card>
        ))}
      </ul>
    );
  }
  return (
    <div className={classes.scroll}>
      <Table className={classes.table}>
        <caption style={{ captionSide: 'top', padding: 0 }}>
          <Hidden>{t('deliveries.caption')}</Hidden>
        </caption>
        <TableHead>
          <TableRow>
            <TableCell style={{ width: '18%' }}>
              {t('deliveries.webhookAndType')}
            </TableCell>
            <TableCell style={{ width: '15%' }}>
              {t('deliveries.target')}
            </TableCell>
            <TableCell style={{ width: 124 }}>
              {t('deliveries.state')}
            </TableCell>
            <TableCell>{t('deliveries.lastError')}</TableCell>
            <TableCell style={{ width: 120 }}>
              {t('deliveries.created')}
            </TableCell>
            <TableCell style={{ width: 120 }}>{t('deliveries.next')}</TableCell>
            <TableCell style={{ width: 92 }}>
              <Hidden>{t('deliveries.actions')}</Hidden>
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {deliveries.map(delivery => (
            <Row key={delivery.id} delivery={delivery}>
              {retryOf(delivery)}
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
