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

import MenuItem from '@material-ui/core/MenuItem';
import Select from '@material-ui/core/Select';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { PageButtons } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { DashboardQuery, PAGE_SIZES } from './dashboardQuery';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'flex-end',
      gap: theme.spacing(1, 2),
      padding: theme.spacing(1, 1.5),
    },
    size: { display: 'flex', alignItems: 'center', gap: theme.spacing(1) },
  }),
  { name: 'DriftPager' },
);

/** How many rows, where in the list we are, and how to go elsewhere. */
export function Pager(props: {
  query: DashboardQuery;
  totalItems: number;
  onChange(change: Partial<DashboardQuery>): void;
}) {
  const { query, totalItems, onChange } = props;
  const { page, pageSize } = query;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <nav className={classes.root} aria-label={t('table.pages')}>
      <div className={classes.size}>
        <Typography variant="body2" id="drift-page-size">
          {t('table.rowsPerPage')}
        </Typography>
        <Select
          value={pageSize}
          disableUnderline
          onChange={event => onChange({ pageSize: Number(event.target.value) })}
          SelectDisplayProps={{ 'aria-labelledby': 'drift-page-size' }}
        >
          {PAGE_SIZES.map(size => (
            <MenuItem key={size} value={size}>
              {size}
            </MenuItem>
          ))}
        </Select>
      </div>
      <PageButtons
        page={page}
        pageSize={pageSize}
        totalItems={totalItems}
        onChange={next => onChange({ page: next })}
      />
    </nav>
  );
}
