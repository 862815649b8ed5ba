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

import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { Section, Snippet } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const ANNOTATION_SNIPPET = `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: aks-acme
  annotations:
    infra-hub.io/terraform-dir: terraform/aks
    infra-hub.io/client: acme
spec:
  type: kubernetes-cluster
  owner: team-platform
`;

const TENANT_SNIPPET = `apiVersion: backstage.io/v1alpha1
kind: Resource
metadata:
  name: acme-production
  title: Acme, production
  annotations:
    infra-hub.io/tenant-id: 550e8400-e29b-41d4-a716-446655440000
    infra-hub.io/desired-state: deploy/
    infra-hub.io/kubernetes-namespaces: tenant-acme
spec:
  type: tenant
  owner: team-platform
`;

const CONFIG_SNIPPET = `drift:
  terraform:
    modules:
      - name: tf-aks
        client: acme
        url: https://github.com/acme/infrastructure/tree/main/terraform/aks
`;

const useStyles = makeStyles(
  theme => ({
    ways: {
      display: 'grid',
      gap: theme.spacing(2),
      marginTop: theme.spacing(2),
      gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 420px), 1fr))',
    },
  }),
  { name: 'DriftEmptyDashboard' },
);

/** How to get the first target. */
export function EmptyDashboard() {
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <div>
      <Typography variant="h5" component="h3">
        {t('empty.title')}
      </Typography>
      <Typography>{t('empty.hint')}</Typography>
      <div className={classes.ways}>
        <Section size="small" title={t('empty.annotationTitle')}>
          <Typography variant="body2">{t('empty.annotationText')}</Typography>
          <Snippet
            text={ANNOTATION_SNIPPET}
            label={t('empty.copy', { title: t('empty.annotationTitle') })}
            done={t('empty.copied')}
          />
        </Section>
        <Section size="small" title={t('empty.tenantTitle')}>
          <Typography variant="body2">{t('empty.tenantText')}</Typography>
          <Snippet
            text={TENANT_SNIPPET}
            label={t('empty.copy', { title: t('empty.tenantTitle') })}
            done={t('empty.copied')}
          />
        </Section>
        <Section size="small" title={t('empty.configTitle')}>
          <Typography variant="body2">{t('empty.configText')}</Typography>
          <Snippet
            text={CONFIG_SNIPPET}
            label={t('empty.copy', { title: t('empty.configTitle') })}
            done={t('empty.copied')}
          />
        </Section>
      </div>
    </div>
  );
}
