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

import { makeStyles, Theme } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import { ReactNode } from 'react';
import { Hidden } from './Hidden';

const useStyles = makeStyles(
  theme => ({
    table: {
      tableLayout: 'fixed',
      minWidth: 900,
      '& td, & th': {
        padding: theme.spacing(1.25, 1),
        verticalAlign: 'top',
        lineHeight: 1.45,
        overflowWrap: 'anywhere',
        fontWeight: 'inherit',
      },
      '& td:first-child, & th:first-child': { paddingLeft: theme.spacing(2) },
      '& td:last-child, & th:last-child': { paddingRight: theme.spacing(2) },
      '& thead th': {
        fontWeight: 700,
        textTransform: 'none',
        color: theme.palette.text.primary,
        backgroundColor: 'transparent',
      },
    },
    scroll: { overflowX: 'auto' },
    chosen: { backgroundColor: theme.palette.action.selected },
    cards: { listStyle: 'none', margin: 0, padding: 0 },
    card: {
      padding: theme.spacing(1.5, 2),
      borderBottom: `1px solid ${theme.palette.divider}`,
      overflowWrap: 'anywhere',
      lineHeight: 1.45,
    },
    facts: {
      display: 'grid',
      gridTemplateColumns: 'fit-content(38%) minmax(0, 1fr)',
      gap: theme.spacing(0.5, 1.5),
      margin: theme.spacing(1, 0),
      fontSize: theme.typography.pxToRem(14),
      '& dt': { fontWeight: 600 },
      '& dd': { margin: 0, minWidth: 0 },
    },
    actions: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 1),
    },
  }),
  { name: 'DriftRecordTable' },
);

/** A column, and a line of a card. */
export interface RecordColumn<T> {
  title: string;
  /** CSS width; the columns without share the rest. */
  width?: string | number;
  cell(record: T): ReactNode;
}

/**
 * Records as a table; under 960 px each becomes a card. The first column names
 * the record.
 */
export function RecordTable<T>(props: {
  caption: string;
  columns: RecordColumn<T>[];
  records: T[];
  keyOf(record: T): string;
  /** The one that somebody came for. */
  chosen?: string;
  actionsTitle: string;
  actionsWidth?: number;
  actions?(record: T): ReactNode;
}) {
  const { caption, columns, records, keyOf, chosen, actions } = props;
  const classes = useStyles();
  const narrow = useMediaQuery<Theme>(theme => theme.breakpoints.down('sm'));
  const [first, ...others] = columns;
  const mark = (record: T) =>
    keyOf(record) === chosen
      ? { className: classes.chosen, 'aria-current': true as const }
      : {};

  if (narrow) {
    return (
      <ul className={classes.cards} aria-label={caption}>
        {records.map(record => (
          <li key={keyOf(record)} {...mark(record)}>
            <div className={classes.card}>
              {first.cell(record)}
              <dl className={classes.facts}>
                {others.map(({ title, cell }) => [
                  <dt key={`${title} name`}>{title}</dt>,
                  <dd key={title}>{cell(record)}</dd>,
                ])}
              </dl>
              {actions && (
                <div className={classes.actions}>{actions(record)}</div>
              )}
            </div>
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className={classes.scroll}>
      <Table className={classes.table}>
        <caption style={{ captionSide: 'top', padding: 0 }}>
          <Hidden>{caption}</Hidden>
        </caption>
        <TableHead>
          <TableRow>
            {columns.map(({ title, width }) => (
              <TableCell key={title} style={{ width }}>
                {title}
              </TableCell>
            ))}
            {actions && (
              <TableCell style={{ width: props.actionsWidth }}>
                <Hidden>{props.actionsTitle}</Hidden>
              </TableCell>
            )}
          </TableRow>
        </TableHead>
        <TableBody>
          {records.map(record => (
            <TableRow key={keyOf(record)} {...mark(record)}>
              <TableCell component="th" scope="row" role="rowheader">
                {first.cell(record)}
              </TableCell>
              {others.map(({ title, cell }) => (
                <TableCell key={title}>{cell(record)}</TableCell>
              ))}
              {actions && (
                <TableCell>
                  <div className={classes.actions}>{actions(record)}</div>
                </TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
