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
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import Skeleton from '@material-ui/lab/Skeleton';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import {
  Problem,
  ScanButton,
  sourceLabel,
  TargetMarks,
  TargetName,
} from '../display';
import { RemediateButton, RemediationHost } from '../remediation';
import { targetRouteParams, targetRouteRef } from '../routes';
import { TargetBody, useChosenScan, useTarget } from '../target';
import { useDriftTranslation } from '../useDriftTranslation';
import { useEntityTargets, useNoTargetWords } from './useEntityTargets';

const TARGET_PARAMETER = 'target';

const useStyles = makeStyles(
  theme => ({
    bar: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1, 2),
      marginBottom: theme.spacing(2),
    },
    select: { minWidth: 240, maxWidth: '100%' },
    option: { overflowWrap: 'anywhere', whiteSpace: 'normal' },
    marks: { flexGrow: 1 },
    problem: { marginBottom: theme.spacing(2) },
  }),
  { name: 'DriftEntityContent' },
);

function TargetSelect(props: {
  targets: DriftTarget[];
  chosen: string;
  onChange(targetId: string): void;
}) {
  const { targets, chosen, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <TextField
      select
      id="drift-entity-target"
      className={classes.select}
      size="small"
      variant="outlined"
      label={t('entity.select')}
      value={chosen}
      onChange={event => onChange(event.target.value)}
      SelectProps={{
        SelectDisplayProps: { 'aria-label': t('entity.select') },
      }}
    >
      {targets.map(target => (
        <MenuItem key={target.id} value={target.id}>
          <span className={classes.option}>
            {target.client && `${target.client} / `}
            <TargetName target={target} /> · {sourceLabel(target.source)} ·{' '}
            {t(`status.${target.status}`)}
          </span>
        </MenuItem>
      ))}
    </TextField>
  );
}

function EntityTarget(props: {
  targets: DriftTarget[];
  targetId: string;
  onChooseTarget(targetId: string): void;
}) {
  const { targets, targetId, onChooseTarget } = props;
  const classes = useStyles();
  const targetPath = useRouteRef(targetRouteRef);
  const [scanId, chooseScan] = useChosenScan();
  const [problem, setProblem] = useState<string>();
  const loaded = useTarget(targetId, scanId);
  const target =
    loaded.target.value ?? targets.find(({ id }) => id === targetId);
  if (!target) {
    return loaded.target.error ? (
      <Problem error={loaded.target.error} onRetry={loaded.refresh} />
    ) : (
      <Skeleton variant="rect" height={240} />
    );
  }
  return (
    <>
      {problem && (
        <Alert
          severity="error"
          className={classes.problem}
          onClose={() => setProblem(undefined)}
        >
          {problem}
        </Alert>
      )}
      <div className={classes.bar}>
        {targets.length > 1 ? (
          <TargetSelect
            targets={targets}
            chosen={targetId}
            onChange={onChooseTarget}
          />
        ) : (
          <Typography variant="h6" component="h2">
            <Link to={targetPath(targetRouteParams(target.id))}>
              <TargetName target={target} />
            </Link>
          </Typography>
        )}
        <div className={classes.marks}>
          <TargetMarks target={target} />
        </div>
        <RemediateButton
          target={target}
          variant="button"
          onChanged={loaded.refresh}
        />
        <ScanButton
          target={target}
          variant="button"
          onRequested={loaded.refresh}
          onProblem={setProblem}
        />
      </div>
      <TargetBody
        target={target}
        loaded={loaded}
        scanId={scanId}
        onChooseScan={chooseScan}
      />
    </>
  );
}

/** The full view of an entity's targets. */
export function EntityDriftContent() {
  const { t } = useDriftTranslation();
  const results = useEntityTargets();
  const noTargetWords = useNoTargetWords();
  const [params, setParams] = useSearchParams();
  const targets = results.value?.items ?? [];

  if (!results.value) {
    return results.error ? (
      <Problem error={results.error} onRetry={results.reload} />
    ) : (
      <div role="group" aria-busy aria-label={t('entity.loading')}>
        <Skeleton variant="rect" height={240} />
      </div>
    );
  }
  if (targets.length === 0) {
    return (
      <>
        <Typography variant="h6" component="h2">
          {t('entity.noneTitle')}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {t(noTargetWords)}
        </Typography>
      </>
    );
  }

  const asked = params.get(TARGET_PARAMETER);
  const chosen = targets.find(({ id }) => id === asked) ?? targets[0];
  return (
    <RemediationHost addressable>
      <EntityTarget
        key={chosen.id}
        targets={targets}
        targetId={chosen.id}
        onChooseTarget={targetId =>
          setParams({ [TARGET_PARAMETER]: targetId }, { replace: true })
        }
      />
    </RemediationHost>
  );
}
