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
import { useRouteRef } from '@backstage/core-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import {
  DriftTarget,
  ResultsOrder,
} from '@infra-hub/backstage-plugin-drift-common';
import Paper from '@material-ui/core/Paper';
import { makeStyles, Theme } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import TableSortLabel from '@material-ui/core/TableSortLabel';
import TextField from '@material-ui/core/TextField';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import Skeleton from '@material-ui/lab/Skeleton';
import { MouseEvent, ReactNode } from 'react';
import { useNavigate } from 'react-router-dom';
import {
  EvidenceMark,
  Hidden,
  LastGood,
  RiskMark,
  ScanButton,
  sourceLabel,
  StaleMark,
  StatusMark,
  TargetId,
  TargetMarks,
  TargetName,
  targetSummary,
  TimeAgo,
} from '../display';
import { RemediateButton } from '../remediation';
import { targetRouteParams, targetRouteRef } from '../routes';
import { useDriftTranslation } from '../useDriftTranslation';
import { DashboardQuery, firstOrder, ORDERS } from './dashboardQuery';

const useStyles = makeStyles(
  theme => ({
    scroll: {
      // Only where needed: a scroll container would unstick the heading.
      [theme.breakpoints.down('md')]: { overflowX: 'auto' },
    },
    table: {
      minWidth: 980,
      tableLayout: 'fixed',
      // The cells of the theme are padded for plain tables of few columns.
      '& td, & th': { padding: theme.spacing(1.25, 1) },
    },
    head: {
      backgroundColor: theme.palette.background.paper,
      color: theme.palette.text.primary,
      fontWeight: 700,
      whiteSpace: 'nowrap',
      textTransform: 'none',
    },
    row: {
      cursor: 'pointer',
      verticalAlign: 'top',
      '&:hover, &:focus-within': {
        backgroundColor: theme.palette.action.hover,
      },
    },
    refreshing: { opacity: 0.6 },
    name: {
      fontWeight: 600,
      overflowWrap: 'anywhere',
      display: '-webkit-box',
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 2,
      overflow: 'hidden',
    },
    below: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
      marginTop: theme.spacing(0.25),
      fontSize: theme.typography.pxToRem(12),
      color: theme.palette.text.secondary,
      overflowWrap: 'anywhere',
    },
    summary: {
      display: '-webkit-box',
      lineHeight: 1.35,
      WebkitBoxOrient: 'vertical',
      WebkitLineClamp: 3,
      overflow: 'hidden',
      overflowWrap: 'anywhere',
    },
    marks: {
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'flex-start',
      gap: theme.spacing(0.5),
    },
    quiet: {
      fontSize: theme.typography.pxToRem(12),
      color: theme.palette.text.secondary,
    },
    sort: {
      padding: theme.spacing(1.5),
      borderBottom: `1px solid ${theme.palette.divider}`,
    },
    cards: { listStyle: 'none', margin: 0, padding: 0 },
    card: {
      position: 'relative',
      padding: theme.spacing(1.5),
      borderBottom: `1px solid ${theme.palette.divider}`,
      '& a, & button': { position: 'relative', zIndex: 1 },
    },
    // The link covers the whole card; the other controls lie above it.
    cardLink: {
      'li &': { position: 'static' },
      '&::after': { content: '""', position: 'absolute', inset: 0 },
    },
    cardHead: {
      display: 'flex',
      justifyContent: 'space-between',
      gap: theme.spacing(1),
    },
    actions: {
      display: 'flex',
      justifyContent: 'flex-end',
      flexShrink: 0,
    },
    cardMarks: { margin: theme.spacing(0.5, 0) },
  }),
  { name: 'DriftResultsTable' },
);

const WIDTHS: Record<string, string> = {
  name: '18%',
  client: '7%',
  owner: '10%',
  status: '128px',
  resources: '96px',
  risk: '108px',
  summary: 'auto',
  lastScan: '108px',
  actions: '72px',
};

/** Whether the click was for a control inside of the row. */
function hitControl(event: MouseEvent): boolean {
  return (
    event.target instanceof Element &&
    event.target.closest('a, button, input, label') !== null
  );
}

function useOpenTarget() {
  const targetPath = useRouteRef(targetRouteRef);
  const navigate = useNavigate();
  return {
    pathOf: (target: DriftTarget) => targetPath(targetRouteParams(target.id)),
    openOnClick: (target: DriftTarget) => (event: MouseEvent) => {
      if (!hitControl(event) && !window.getSelection()?.toString()) {
        navigate(targetPath(targetRouteParams(target.id)));
      }
    },
  };
}

function Resources(props: { target: DriftTarget }) {
  const { target } = props;
  const { t } = useDriftTranslation();
  const known = target.lastGoodScanAt ?? target.totalResources > 0;
  return (
    <>
      {known
        ? t('table.resourcesOf', {
            drifted: target.driftedResources.toLocaleString(),
            total: target.totalResources.toLocaleString(),
          })
        : '–'}
    </>
  );
}

function Danger(props: { target: DriftTarget }) {
  const { risk, lastGoodScanAt } = props.target;
  const { t } = useDriftTranslation();
  if (risk !== 'none') {
    return <RiskMark risk={risk} />;
  }
  // Without a verdict nobody knows.
  return <>{lastGoodScanAt ? t('risk.none') : '–'}</>;
}

function Summary(props: { target: DriftTarget }) {
  const { target } = props;
  const classes = useStyles();
  const text = targetSummary(target);
  return (
    <span className={classes.summary} title={text}>
      {text}
    </span>
  );
}

function LastScan(props: { target: DriftTarget }) {
  const { target } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  if (!target.lastScanAt) {
    return <>{t('table.never')}</>;
  }
  return (
    <>
      <TimeAgo iso={target.lastScanAt} />
      <div className={classes.quiet}>
        <LastGood target={target} />
      </div>
    </>
  );
}

function Below(props: { target: DriftTarget; children?: ReactNode }) {
  const { target, children } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [firstEntity, ...otherEntities] = target.entityRefs;
  return (
    <div className={classes.below}>
      <span>{sourceLabel(target.source)}</span>
      <TargetId target={target} />
      {firstEntity && (
        <EntityRefLink entityRef={firstEntity} defaultKind="component" />
      )}
      {otherEntities.length > 0 && (
        <span title={otherEntities.join('\n')}>
          {t('table.moreEntities', { amount: otherEntities.length })}
        </span>
      )}
      {children}
    </div>
  );
}

function Owner(props: { target: DriftTarget }) {
  const { owner } = props.target;
  return owner ? (
    <EntityRefLink entityRef={owner} defaultKind="group" />
  ) : (
    <>–</>
  );
}

interface RowsProps {
  targets: DriftTarget[];
  onScanRequested(): void;
  onProblem(sentence: string): void;
}

function Cards(props: RowsProps & { refreshing: boolean }) {
  const { targets, refreshing, onScanRequested, onProblem } = props;
  const classes = useStyles();
  const { pathOf } = useOpenTarget();
  return (
    <ul className={`${classes.cards} ${refreshing ? classes.refreshing : ''}`}>
      {targets.map(target => (
        <li key={target.id} className={classes.card}>
          <div className={classes.cardHead}>
            <Link
              to={pathOf(target)}
              className={`${classes.name} ${classes.cardLink}`}
            >
              <TargetName target={target} />
            </Link>
            <div className={classes.actions}>
              <RemediateButton
                target={target}
                variant="icon"
                onChanged={onScanRequested}
              />
              <ScanButton
                target={target}
                variant="icon"
                onRequested={onScanRequested}
                onProblem={onProblem}
              />
            </div>
          </div>
          <div className={classes.cardMarks}>
            <TargetMarks target={target} />
          </div>
          <Summary target={target} />
          <div className={classes.below}>
            {target.client && <span>{target.client}</span>}
            {target.owner && <Owner target={target} />}
            {target.lastGoodScanAt && (
              <span>
                <Resources target={target} />
              </span>
            )}
            <span>
              <LastScan target={target} />
            </span>
          </div>
          <Below target={target} />
        </li>
      ))}
    </ul>
  );
}

function Row(props: {
  target: DriftTarget;
  onScanRequested(): void;
  onProblem(sentence: string): void;
}) {
  const { target, onScanRequested, onProblem } = props;
  const classes = useStyles();
  const { pathOf, openOnClick } = useOpenTarget();
  return (
    <TableRow className={classes.row} onClick={openOnClick(target)}>
      <TableCell component="th" scope="row" role="rowheader">
        <Link to={pathOf(target)} className={classes.name} title={target.name}>
          <TargetName target={target} />
        </Link>
        <Below target={target}>
          <EvidenceMark evidence={target.evidence} />
        </Below>
      </TableCell>
      <TableCell>
        <span className={classes.summary} title={target.client}>
          {target.client ?? '–'}
        </span>
      </TableCell>
      <TableCell>
        <span className={classes.summary} title={target.owner}>
          <Owner target={target} />
        </span>
      </TableCell>
      <TableCell>
        <div className={classes.marks}>
          <StatusMark status={target.status} />
          {target.stale && <StaleMark />}
        </div>
      </TableCell>
      <TableCell>
        <Resources target={target} />
      </TableCell>
      <TableCell>
        <Danger target={target} />
      </TableCell>
      <TableCell>
        <Summary target={target} />
      </TableCell>
      <TableCell>
        <LastScan target={target} />
      </TableCell>
      <TableCell>
        <div className={classes.actions}>
          <RemediateButton
            target={target}
            variant="icon"
            onChanged={onScanRequested}
          />
          <ScanButton
            target={target}
            variant="icon"
            onRequested={onScanRequested}
            onProblem={onProblem}
          />
        </div>
      </TableCell>
    </TableRow>
  );
}

function SkeletonRows(props: { rows: number }) {
  return (
    <>
      {Array.from({ length: props.rows }, (_, row) => (
        <TableRow key={row} aria-hidden>
          {Object.keys(WIDTHS).map(column => (
            <TableCell key={column}>
              <Skeleton height={32} />
            </TableCell>
          ))}
        </TableRow>
      ))}
    </>
  );
}

/** Stands in for the headings of the table where rows are cards. */
function SortSelect(props: {
  query: DashboardQuery;
  onChange(change: Partial<DashboardQuery>): void;
}) {
  const { query, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <div className={classes.sort}>
      <TextField
        select
        id="drift-sort"
        size="small"
        label={t('table.sortBy')}
        value={query.orderBy}
        SelectProps={{ native: true }}
        onChange={event => {
          const orderBy = ORDERS.find(order => order === event.target.value);
          if (orderBy) {
            onChange({ orderBy, order: firstOrder(orderBy) });
          }
        }}
      >
        {ORDERS.map(order => (
          <option key={order} value={order}>
            {t(`table.${order}`)}
          </option>
        ))}
      </TextField>
    </div>
  );
}

/**
 * The targets of one page. Keeps the rows while the next ones are loaded. Under
 * 960 px each row becomes a card.
 */
export function ResultsTable(props: {
  targets: DriftTarget[] | undefined;
  loading: boolean;
  query: DashboardQuery;
  onChange(change: Partial<DashboardQuery>): void;
  onScanRequested(): void;
  onProblem(sentence: string): void;
  /** Shown below the rows: the pager, or what to do when there is no row. */
  children: ReactNode;
}) {
  const { targets, loading, query, onChange, onScanRequested, onProblem } =
    props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('sm'));
  const refreshing = loading && targets !== undefined;

  const heading = (orderBy: ResultsOrder) => (
    <TableCell
      key={orderBy}
      className={classes.head}
      style={{ width: WIDTHS[orderBy] }}
      sortDirection={query.orderBy === orderBy ? query.order : false}
    >
      <TableSortLabel
        active={query.orderBy === orderBy}
        direction={
          query.orderBy === orderBy ? query.order : firstOrder(orderBy)
        }
        onClick={() => {
          const flipped = query.order === 'asc' ? 'desc' : 'asc';
          onChange({
            orderBy,
            order: query.orderBy === orderBy ? flipped : firstOrder(orderBy),
          });
        }}
      >
        {t(`table.${orderBy}`)}
      </TableSortLabel>
    </TableCell>
  );

  const busy = <Hidden live>{refreshing ? t('table.refreshing') : ''}</Hidden>;

  if (narrow) {
    return (
      <Paper aria-busy={loading}>
        {busy}
        <SortSelect query={query} onChange={onChange} />
        {targets ? (
          <Cards
            targets={targets}
            refreshing={refreshing}
            onScanRequested={onScanRequested}
            onProblem={onProblem}
          />
        ) : (
          <Skeleton variant="rect" height={320} />
        )}
        {props.children}
      </Paper>
    );
  }

  return (
    <Paper aria-busy={loading}>
      {busy}
      <div className={classes.scroll}>
        <Table className={classes.table} stickyHeader>
          <caption style={{ captionSide: 'top', padding: 0 }}>
            <Hidden>{t('table.caption')}</Hidden>
          </caption>
          <TableHead>
            <TableRow>
              {heading('name')}
              {heading('client')}
              {heading('owner')}
              {heading('status')}
              {heading('resources')}
              {heading('risk')}
              <TableCell className={classes.head}>
                {t('table.summary')}
              </TableCell>
              {heading('lastScan')}
              <TableCell
                className={classes.head}
                style={{ width: WIDTHS.actions }}
              >
                <Hidden>{t('table.actions')}</Hidden>
              </TableCell>
            </TableRow>
          </TableHead>
          <TableBody className={refreshing ? classes.refreshing : undefined}>
            {targets ? (
              targets.map(target => (
                <Row
                  key={target.id}
                  target={target}
                  onScanRequested={onScanRequested}
                  onProblem={onProblem}
                />
              ))
            ) : (
              <SkeletonRows rows={5} />
            )}
          </TableBody>
        </Table>
      </div>
      {props.children}
    </Paper>
  );
}
