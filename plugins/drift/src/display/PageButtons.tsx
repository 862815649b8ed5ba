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

import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import FirstPageIcon from '@material-ui/icons/FirstPage';
import LastPageIcon from '@material-ui/icons/LastPage';
import ChevronLeftIcon from '@material-ui/icons/ChevronLeft';
import ChevronRightIcon from '@material-ui/icons/ChevronRight';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
    },
  }),
  { name: 'DriftPageButtons' },
);

/** Where in a list we are, and how to go elsewhere. */
export function PageButtons(props: {
  /** Counted from 0. */
  page: number;
  pageSize: number;
  totalItems: number;
  onChange(page: number): void;
}) {
  const { page, pageSize, totalItems, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const lastPage = Math.max(0, Math.ceil(totalItems / pageSize) - 1);
  const atStart = page <= 0;
  const atEnd = page >= lastPage;
  return (
    <div className={classes.root}>
      <Typography variant="body2">
        {t('table.range', {
          from: (page * pageSize + 1).toLocaleString(),
          to: Math.min(totalItems, (page + 1) * pageSize).toLocaleString(),
          amount: totalItems,
        })}
      </Typography>
      <div>
        <IconButton
          size="small"
          disabled={atStart}
          aria-label={t('table.firstPage')}
          onClick={() => onChange(0)}
        >
          <FirstPageIcon />
        </IconButton>
        <IconButton
          size="small"
          disabled={atStart}
          aria-label={t('table.previousPage')}
          onClick={() => onChange(page - 1)}
        >
          <ChevronLeftIcon />
        </IconButton>
        <IconButton
          size="small"
          disabled={atEnd}
          aria-label={t('table.nextPage')}
          onClick={() => onChange(page + 1)}
        >
          <ChevronRightIcon />
        </IconButton>
        <IconButton
          size="small"
          disabled={atEnd}
          aria-label={t('table.lastPage')}
          onClick={() => onChange(lastPage)}
        >
          <LastPageIcon />
        </IconButton>
      </div>
    </div>
  );
}
