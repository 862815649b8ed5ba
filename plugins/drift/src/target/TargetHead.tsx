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
import { EntityRefLink, EntityRefLinks } from '@backstage/plugin-catalog-react';
import {
  DriftTarget,
  ScanSummary,
} from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import { ReactNode } from 'react';
import {
  CopyButton,
  sourceAndTool,
  TargetMarks,
  TimeAgo,
  useTargetTitle,
  webAddress,
} from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { useScanFacts } from './CiFacts';

const useStyles = makeStyles(
  theme => ({
    facts: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(1, 4),
      margin: theme.spacing(1.5, 0, 2),
    },
    name: {
      fontSize: theme.typography.pxToRem(12),
      fontWeight: 600,
    },
    value: { margin: 0, overflowWrap: 'anywhere' },
  }),
  { name: 'DriftTargetHead' },
);

function Fact(props: { name: string; children: ReactNode }) {
  const classes = useStyles();
  return (
    <div>
      <dt className={classes.name}>{props.name}</dt>
      <dd className={classes.value}>{props.children}</dd>
    </div>
  );
}

/** Who, where, how big, how old. */
export function TargetHead(props: {
  target: DriftTarget;
  /** The scan that the verdict comes from, once it is loaded. */
  lastScan: ScanSummary | undefined;
}) {
  const { target, lastScan } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const scanFacts = useScanFacts();
  const title = useTargetTitle(target);
  const code = webAddress(target.codeUrl);
  const fromCi = lastScan?.trigger === 'ci';
  return (
    <>
      <TargetMarks target={target} />
      <dl className={classes.facts}>
        {title !== target.name && (
          <Fact name={t('target.id')}>
            {target.name}
            <CopyButton
              text={target.name}
              label={t('target.copyId')}
              done={t('target.copiedId')}
            />
          </Fact>
        )}
        {target.client && (
          <Fact name={t('target.client')}>{target.client}</Fact>
        )}
        {target.owner && (
          <Fact name={t('target.owner')}>
            <EntityRefLink entityRef={target.owner} defaultKind="group" />
          </Fact>
        )}
        {target.entityRefs.length > 0 && (
          <Fact name={t('target.entities')}>
            <EntityRefLinks
              entityRefs={target.entityRefs}
              defaultKind="component"
            />
          </Fact>
        )}
        {target.lastGoodScanAt && (
          <Fact name={t('target.resources')}>
            {t('target.resourcesDrifted', {
              drifted: target.driftedResources.toLocaleString(),
              count: target.totalResources,
            })}
          </Fact>
        )}
        {target.blindSpots.length > 0 && (
          <Fact name={t('target.notChecked')}>
            {t('target.uncheckedParts', { count: target.blindSpots.length })}
          </Fact>
        )}
        {target.driftedSince && (
          <Fact name={t('target.since')}>
            <TimeAgo iso={target.driftedSince} />
          </Fact>
        )}
        <Fact name={t('target.lastScan')}>
          {target.lastScanAt ? (
            <TimeAgo iso={target.lastScanAt} />
          ) : (
            t('table.never')
          )}
        </Fact>
        {(target.pushed || target.nextScanAt) && (
          <Fact name={t('target.nextScan')}>
            {target.pushed || !target.nextScanAt ? (
              t('target.pushed')
            ) : (
              <TimeAgo iso={target.nextScanAt} />
            )}
          </Fact>
        )}
        <Fact name={t('target.source')}>{sourceAndTool(target)}</Fact>
        {code && (
          <Fact name={t('target.code')}>
            <Link to={code}>{t('target.codeLink')}</Link>
          </Fact>
        )}
        {fromCi &&
          scanFacts(lastScan).map(({ name, value }) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
      </dl>
    </>
  );
}
