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

import { discoveryApiRef, useApi } from '@backstage/core-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { ReactNode } from 'react';
import useAsync from 'react-use/esm/useAsync';
import { Snippet } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const useStyles = makeStyles(
  theme => ({
    ways: {
      display: 'grid',
      gap: theme.spacing(2),
      marginTop: theme.spacing(2),
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
    },
    way: { minWidth: 0 },
    capture: { marginTop: theme.spacing(1) },
    title: {
      margin: 0,
      fontWeight: 700,
      fontSize: theme.typography.pxToRem(14),
    },
  }),
  { name: 'DriftWaysToUpdate' },
);

/** For a shell: nothing inside of single quotes is special to it. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

function useDesiredStateUrl(tenantId: string): string {
  const discoveryApi = useApi(discoveryApiRef);
  const baseUrl = useAsync(
    () => discoveryApi.getBaseUrl('drift'),
    [discoveryApi],
  );
  return `${
    baseUrl.value ?? '/api/drift'
  }/v1/infrastructure/tenants/${encodeURIComponent(tenantId)}/desired-state`;
}

function Way(props: { title: string; text: string; children: ReactNode }) {
  const classes = useStyles();
  return (
    <div className={classes.way}>
      <h4 className={classes.title}>{props.title}</h4>
      <Typography variant="body2">{props.text}</Typography>
      {props.children}
    </div>
  );
}

/** How to say what a tenant should look like, ready to be copied. */
export function WaysToUpdate(props: {
  tenantId: string;
  /** Sent back so that nobody's change is overwritten; 0 for the first one. */
  revision: number;
  /** Whether it is about databases and storage in a cloud. */
  inCloud: boolean;
  /** The way that needs no more than a button. */
  capture?: ReactNode;
}) {
  const { tenantId, revision, inCloud, capture } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const url = useDesiredStateUrl(tenantId);
  const manifest = `metadata:
  annotations:
    infra-hub.io/tenant-id: ${JSON.stringify(tenantId)}
    infra-hub.io/desired-state: deploy/
`;
  const curl = `curl -X PUT ${quoted(`${url}?dryRun=true`)} \\
  -H "Authorization: Bearer $TOKEN" \\
  -H 'Content-Type: application/yaml' \\
  -H 'If-Match: "${revision}"' \\
  --data-binary @manifests.yaml
`;
  return (
    <div className={classes.ways}>
      <Way
        title={t('desiredState.wayManifest')}
        text={t(
          inCloud
            ? 'desiredState.wayManifestCloudText'
            : 'desiredState.wayManifestText',
        )}
      >
        <Snippet
          text={manifest}
          label={t('desiredState.copy', {
            title: t('desiredState.wayManifest'),
          })}
          done={t('desiredState.copied')}
        />
      </Way>
      <Way title={t('desiredState.wayApi')} text={t('desiredState.wayApiText')}>
        <Snippet
          text={curl}
          label={t('desiredState.copy', { title: t('desiredState.wayApi') })}
          done={t('desiredState.copied')}
        />
      </Way>
      {capture && (
        <Way
          title={t('desiredState.wayCapture')}
          text={t('desiredState.wayCaptureText')}
        >
          <div className={classes.capture}>{capture}</div>
        </Way>
      )}
    </div>
  );
}
