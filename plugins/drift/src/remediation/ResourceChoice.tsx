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

import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import { useMemo, useState } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';

/** As many as one request may name. */
export const MOST_ADDRESSES = 500;
/** Found by typing beyond that. */
const SHOWN = 200;
const SEARCH_FROM = 12;

const useStyles = makeStyles(
  theme => ({
    root: { marginTop: theme.spacing(1) },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0, 1),
    },
    toggle: { textTransform: 'none' },
    list: {
      maxHeight: 240,
      overflowY: 'auto',
      margin: theme.spacing(0.5, 0),
      padding: theme.spacing(0.5, 1),
      listStyle: 'none',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
    },
    item: { overflowWrap: 'anywhere' },
    address: { fontFamily: 'monospace', fontSize: 13 },
  }),
  { name: 'DriftResourceChoice' },
);

/** All drifted resources, or some of them. */
export function ResourceChoice(props: {
  /** Those that can be chosen one by one; not always all. */
  addresses: string[];
  /** How many there are. */
  total: number;
  /** All when absent. */
  chosen: string[] | undefined;
  onChange(chosen: string[] | undefined): void;
}) {
  const { addresses, total, chosen, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [open, setOpen] = useState(chosen !== undefined);
  const [typed, setTyped] = useState('');
  const set = useMemo(() => new Set(chosen ?? addresses), [chosen, addresses]);
  const found = addresses.filter(address =>
    address.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  const choose = (next: Set<string>) =>
    onChange(
      // Never more than what was chosen from.
      next.size === addresses.length && total <= addresses.length
        ? undefined
        : addresses.filter(address => next.has(address)),
    );
  return (
    <div className={classes.root}>
      <div className={classes.head}>
        <Typography variant="body2">
          {chosen
            ? t('remediate.resourcesChosen', {
                chosen: chosen.length.toLocaleString(),
                total: total.toLocaleString(),
              })
            : t('remediate.resources', { count: total })}
        </Typography>
        <Button
          size="small"
          className={classes.toggle}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t('remediate.resourcesChange')}
        </Button>
      </div>
      {open && (
        <fieldset
          style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}
          aria-label={t('remediate.resourcesLabel')}
        >
          {addresses.length > SEARCH_FROM && (
            <TextField
              fullWidth
              type="search"
              size="small"
              variant="outlined"
              placeholder={t('remediate.resourcesFind')}
              inputProps={{ 'aria-label': t('remediate.resourcesFind') }}
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          )}
          <div>
            <Button
              size="small"
              className={classes.toggle}
              onClick={() =>
                typed.trim()
                  ? choose(new Set([...set, ...found]))
                  : onChange(undefined)
              }
            >
              {t('remediate.resourcesAll')}
            </Button>
            <Button
              size="small"
              className={classes.toggle}
              onClick={() => {
                const dropped = new Set(found);
                choose(new Set([...set].filter(each => !dropped.has(each))));
              }}
            >
              {t('remediate.resourcesNone')}
            </Button>
          </div>
          <ul className={classes.list}>
            {found.slice(0, SHOWN).map(address => (
              <li key={address} className={classes.item}>
                <FormControlLabel
                  control={
                    <Checkbox
                      size="small"
                      color="primary"
                      checked={set.has(address)}
                      onChange={(_, checked) => {
                        const next = new Set(set);
                        if (checked) {
                          next.add(address);
                        } else {
                          next.delete(address);
                        }
                        choose(next);
                      }}
                    />
                  }
                  label={<span className={classes.address}>{address}</span>}
                />
              </li>
            ))}
            {found.length === 0 && <li>{t('remediate.resourcesNoMatch')}</li>}
          </ul>
          {found.length > SHOWN && (
            <Typography variant="body2" color="textSecondary">
              {t('remediate.resourcesCut', { amount: SHOWN })}
            </Typography>
          )}
          {total > addresses.length && (
            <Typography variant="body2" color="textSecondary">
              {t('remediate.resourcesOnly', { amount: addresses.length })}
            </Typography>
          )}
        </fieldset>
      )}
    </div>
  );
}
