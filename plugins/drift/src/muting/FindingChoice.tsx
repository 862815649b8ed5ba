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

import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Checkbox from '@material-ui/core/Checkbox';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useState } from 'react';
import { RiskMark } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

/** More are one click away; a browser chokes on ten thousand boxes. */
const SHOWN_AT_FIRST = 20;
const STEP = 100;

const useStyles = makeStyles(
  theme => ({
    list: {
      listStyle: 'none',
      margin: 0,
      padding: 0,
      maxHeight: 280,
      overflowY: 'auto',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
    },
    entry: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      padding: theme.spacing(0.5, 1),
      '& + &': { borderTop: `1px solid ${theme.palette.divider}` },
    },
    single: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
    },
    address: {
      flexGrow: 1,
      minWidth: 0,
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(13),
      overflowWrap: 'anywhere',
    },
    box: { padding: theme.spacing(0.5) },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: theme.spacing(0.5, 1),
      marginBottom: theme.spacing(0.5),
    },
  }),
  { name: 'DriftFindingChoice' },
);

/** Which findings are meant, by fingerprint; one alone is only named. */
export function FindingChoice(props: {
  findings: StoredFinding[];
  chosen: ReadonlySet<string>;
  onChange(chosen: ReadonlySet<string>): void;
}) {
  const { findings, chosen, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [shown, setShown] = useState(SHOWN_AT_FIRST);

  if (findings.length === 1) {
    const [finding] = findings;
    return (
      <div className={classes.single}>
        <RiskMark risk={finding.severity} />
        <span className={classes.address}>{finding.address}</span>
      </div>
    );
  }
  const allChosen = findings.every(({ fingerprint }) =>
    chosen.has(fingerprint),
  );
  const toggle = (fingerprint: string) => {
    const next = new Set(chosen);
    if (!next.delete(fingerprint)) {
      next.add(fingerprint);
    }
    onChange(next);
  };
  return (
    <div>
      <div className={classes.head}>
        <Typography variant="body2" id="drift-finding-choice">
          {t('acknowledge.chosen', {
            chosen: chosen.size.toLocaleString(),
            total: findings.length.toLocaleString(),
          })}
        </Typography>
        <Button
          size="small"
          onClick={() =>
            onChange(
              new Set(
                allChosen ? [] : findings.map(({ fingerprint }) => fingerprint),
              ),
            )
          }
        >
          {allChosen ? t('acknowledge.chooseNone') : t('acknowledge.chooseAll')}
        </Button>
      </div>
      <ul className={classes.list} aria-labelledby="drift-finding-choice">
        {findings.slice(0, shown).map(finding => (
          <li key={finding.id} className={classes.entry}>
            <Checkbox
              size="small"
              color="primary"
              className={classes.box}
              checked={chosen.has(finding.fingerprint)}
              onChange={() => toggle(finding.fingerprint)}
              inputProps={{ 'aria-label': finding.address }}
            />
            <span className={classes.address}>{finding.address}</span>
            <RiskMark risk={finding.severity} />
          </li>
        ))}
      </ul>
      {findings.length > shown && (
        <Button size="small" onClick={() => setShown(shown + STEP)}>
          {t('acknowledge.showMore', { count: findings.length - shown })}
        </Button>
      )}
    </div>
  );
}
