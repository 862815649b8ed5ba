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

import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Collapse from '@material-ui/core/Collapse';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useState } from 'react';
import {
  Fact,
  isCloudSource,
  LoadingBlock,
  Problem,
  Section,
  TimeAgo,
} from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { CaptureButton } from './CaptureButton';
import { countTypes } from './countTypes';
import { KnownDesiredState, useDesiredState } from './useDesiredState';
import { WaysToUpdate } from './WaysToUpdate';

const useStyles = makeStyles(
  theme => ({
    facts: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(1, 4),
      margin: 0,
      '& > div': { minWidth: 0 },
      '& dt': { fontSize: theme.typography.pxToRem(12), fontWeight: 600 },
      '& dd': { margin: 0, overflowWrap: 'anywhere' },
    },
    types: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0, 2),
      listStyle: 'none',
      margin: theme.spacing(1, 0, 0),
      padding: 0,
      fontSize: theme.typography.pxToRem(14),
      color: theme.palette.text.secondary,
    },
    foot: { marginTop: theme.spacing(1) },
    toggle: { textTransform: 'none', marginLeft: theme.spacing(-0.5) },
    captured: { marginBottom: theme.spacing(2) },
  }),
  { name: 'DriftDesiredState' },
);

function useOriginWords(): (known: KnownDesiredState) => string {
  const { t } = useDriftTranslation();
  return ({ state, lastChange }) => {
    const origins = new Set(state.resources.map(({ origin }) => origin));
    if (origins.size > 1) {
      return t('desiredState.originMixed');
    }
    const [origin = lastChange?.origin] = origins;
    if (origin === 'manifest') {
      return lastChange?.sourceRevision
        ? t('desiredState.originManifestAt', {
            revision: lastChange.sourceRevision.slice(0, 12),
          })
        : t('desiredState.originManifest');
    }
    return origin === 'capture'
      ? t('desiredState.originCapture')
      : t('desiredState.originApi');
  };
}

function Writer(props: { who: string }) {
  const { who } = props;
  return who.startsWith('user:') ? (
    <EntityRefLink entityRef={who} defaultKind="user" />
  ) : (
    <>{who}</>
  );
}

function Facts(props: { known: KnownDesiredState }) {
  const { known } = props;
  const { state, lastChange } = known;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const originWords = useOriginWords();
  return (
    <>
      <dl className={classes.facts}>
        <Fact name={t('desiredState.revision')}>
          {state.revision.toLocaleString()}
        </Fact>
        <Fact name={t('desiredState.resources')}>
          {state.resources.length.toLocaleString()}
        </Fact>
        <Fact name={t('desiredState.origin')}>{originWords(known)}</Fact>
        {lastChange && (
          <Fact name={t('desiredState.changed')}>
            <TimeAgo iso={lastChange.at} />
            {lastChange.by && (
              <>
                {' '}
                {t('desiredState.byWhom', {
                  who: <Writer who={lastChange.by} />,
                })}
              </>
            )}
          </Fact>
        )}
      </dl>
      {state.resources.length > 0 ? (
        <ul className={classes.types} aria-label={t('desiredState.types')}>
          {countTypes(state.resources).map(({ name, count }) => (
            <li key={name}>
              {count.toLocaleString()} {name}
            </li>
          ))}
        </ul>
      ) : (
        <Typography variant="body2">{t('desiredState.none')}</Typography>
      )}
    </>
  );
}

function Update(props: {
  target: DriftTarget;
  known: KnownDesiredState;
  fromManifests: boolean;
}) {
  const { target, known, fromManifests } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.foot}>
      <Button
        size="small"
        className={classes.toggle}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {open ? t('desiredState.updateHide') : t('desiredState.update')}
      </Button>
      <Collapse in={open} unmountOnExit timeout={0}>
        {fromManifests ? (
          <Typography variant="body2">
            {t('desiredState.updateManifest')}
          </Typography>
        ) : (
          <WaysToUpdate
            tenantId={target.name}
            revision={known.state.revision}
            inCloud={isCloudSource(target.source)}
          />
        )}
      </Collapse>
    </div>
  );
}

/** What a tenant's platform wants: how much, from where, and how to change it. */
export function DesiredStateSection(props: { target: DriftTarget }) {
  const { target } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [captured, setCaptured] = useState<number>();
  const desired = useDesiredState({
    tenantId: target.name,
    targetId: target.id,
  });
  const known = desired.value;
  const fromManifests =
    known?.state.resources.some(({ origin }) => origin === 'manifest') ?? false;
  const capture = (
    <CaptureButton
      target={target}
      fromManifests={fromManifests}
      onCaptured={revision => {
        setCaptured(revision);
        desired.reload();
      }}
    />
  );

  if (!known) {
    return (
      <Section title={t('desiredState.title')}>
        {desired.error ? (
          <Problem error={desired.error} onRetry={desired.reload} />
        ) : (
          <LoadingBlock label={t('desiredState.loading')} height={72} />
        )}
      </Section>
    );
  }
  const empty = known.state.revision === 0;
  return (
    <Section
      title={t('desiredState.title')}
      action={empty ? undefined : capture}
    >
      {captured !== undefined && (
        <Alert
          severity="success"
          className={classes.captured}
          onClose={() => setCaptured(undefined)}
        >
          {t('desiredState.captured', { revision: captured })}
        </Alert>
      )}
      {empty ? (
        <>
          <Typography variant="body1">
            <strong>{t('desiredState.emptyTitle')}</strong>
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t('desiredState.emptyText')}
          </Typography>
          <WaysToUpdate
            tenantId={target.name}
            revision={0}
            inCloud={isCloudSource(target.source)}
            capture={capture}
          />
        </>
      ) : (
        <>
          <Facts known={known} />
          <Update target={target} known={known} fromManifests={fromManifests} />
        </>
      )}
    </Section>
  );
}
