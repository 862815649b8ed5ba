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

import { Facet } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import Popover from '@material-ui/core/Popover';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import { ReactNode, useState } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';

const MAX_SHOWN = 100;
const MANY = 8;

const useStyles = makeStyles(
  theme => ({
    button: {
      textTransform: 'none',
      backgroundColor: theme.palette.background.paper,
      whiteSpace: 'nowrap',
    },
    chosen: {
      borderColor: theme.palette.primary.main,
      fontWeight: 700,
    },
    panel: {
      width: 300,
      maxWidth: 'calc(100vw - 32px)',
      padding: theme.spacing(1.5),
    },
    list: {
      border: 0,
      margin: 0,
      padding: 0,
      maxHeight: 320,
      overflowY: 'auto',
    },
    option: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      cursor: 'pointer',
      borderRadius: theme.shape.borderRadius,
      paddingRight: theme.spacing(1),
      '&:hover': { backgroundColor: theme.palette.action.hover },
    },
    label: { flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' },
    count: { color: theme.palette.text.secondary },
    foot: { display: 'flex', justifyContent: 'flex-end' },
  }),
  { name: 'DriftFacetFilter' },
);

/** One multiple choice with counts, folded into a button. */
export function FacetFilter(props: {
  name: string;
  facet: Facet;
  chosen: string[];
  onChange(chosen: string[]): void;
  /** Plain text to find the value by. */
  textOf(value: string): string;
  renderValue?(value: string): ReactNode;
  /** Values that come first, e.g. the user's own. */
  isFirst?(value: string): boolean;
}) {
  const { name, facet, chosen, onChange, textOf, renderValue, isFirst } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [text, setText] = useState('');

  const known = new Set(facet.map(({ value }) => value));
  const options = [
    ...facet,
    ...chosen
      .filter(value => !known.has(value))
      .map(value => ({ value, count: 0 })),
  ];
  const matching = options.filter(({ value }) =>
    textOf(value).toLocaleLowerCase().includes(text.toLocaleLowerCase()),
  );
  const sorted = isFirst
    ? [
        ...matching.filter(({ value }) => isFirst(value)),
        ...matching.filter(({ value }) => !isFirst(value)),
      ]
    : matching;
  const shown = sorted.slice(0, MAX_SHOWN);

  const toggle = (value: string) =>
    onChange(
      chosen.includes(value)
        ? chosen.filter(other => other !== value)
        : [...chosen, value],
    );

  return (
    <>
      <Button
        variant="outlined"
        className={`${classes.button} ${
          chosen.length > 0 ? classes.chosen : ''
        }`}
        endIcon={<ExpandMoreIcon aria-hidden />}
        aria-haspopup="dialog"
        aria-expanded={anchor !== undefined}
        aria-label={
          chosen.length > 0
            ? t('filters.chosen', { name, amount: chosen.length })
            : t('filters.by', { name })
        }
        onClick={event => setAnchor(event.currentTarget)}
      >
        {name}
        {chosen.length > 0 && ` · ${chosen.length}`}
      </Button>
      <Popover
        open={anchor !== undefined}
        anchorEl={anchor}
        onClose={() => {
          setAnchor(undefined);
          setText('');
        }}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        PaperProps={{ role: 'dialog', 'aria-label': name }}
      >
        <div className={classes.panel}>
          {options.length > MANY && (
            <TextField
              id={`drift-find-${name}`}
              fullWidth
              size="small"
              variant="outlined"
              margin="dense"
              label={t('filters.find', { name })}
              value={text}
              onChange={event => setText(event.target.value)}
            />
          )}
          <fieldset className={classes.list} aria-label={name}>
            {shown.map(({ value, count }) => (
              <label key={value} className={classes.option}>
                <Checkbox
                  size="small"
                  color="primary"
                  checked={chosen.includes(value)}
                  onChange={() => toggle(value)}
                />
                <span className={classes.label}>
                  {renderValue ? renderValue(value) : textOf(value)}
                </span>
                <span className={classes.count}>{count.toLocaleString()}</span>
              </label>
            ))}
          </fieldset>
          {shown.length === 0 && (
            <Typography variant="body2" color="textSecondary">
              {t('filters.none')}
            </Typography>
          )}
          {sorted.length > shown.length && (
            <Typography variant="body2" color="textSecondary">
              {t('filters.more', {
                amount: sorted.length - shown.length,
              })}
            </Typography>
          )}
          {chosen.length > 0 && (
            <div className={classes.foot}>
              <Button size="small" onClick={() => onChange([])}>
                {t('filters.clearOne')}
              </Button>
            </div>
          )}
        </div>
      </Popover>
    </>
  );
}
