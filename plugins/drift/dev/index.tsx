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

import { Content } from '@backstage/core-components';
import { Entity } from '@backstage/catalog-model';
import { createDevApp } from '@backstage/frontend-dev-utils';
import {
  ApiBlueprint,
  createFrontendModule,
  createFrontendPlugin,
  fetchApiRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import Grid from '@material-ui/core/Grid';
import { useParams } from 'react-router-dom';
import driftPlugin from '../src/alpha';
import { driftApiRef } from '../src/api';
import { EntityDriftCard, EntityDriftContent } from '../src/entity';
import { SCENARIOS } from './scenarios';

// Choose another one in the browser's console:
// localStorage.setItem('drift-scenario', 'thousand')
const scenario = localStorage.getItem('drift-scenario') ?? 'mixed';
const backend = (SCENARIOS[scenario] ?? SCENARIOS.mixed)();

function entity(name: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: { name, namespace: 'default' },
  };
}

const fakeBackend = createFrontendModule({
  pluginId: 'drift',
  extensions: [
    ApiBlueprint.make({
      params: defineParams =>
        defineParams({
          api: driftApiRef,
          deps: {},
          factory: () => backend,
        }),
    }),
  ],
});

function EntityPreview() {
  const { name = '' } = useParams();
  return (
    <EntityProvider entity={entity(name)}>
      <Content>
        <Grid container>
          <Grid item xs={12} md={4}>
            <EntityDriftCard />
          </Grid>
          <Grid item xs={12}>
            <EntityDriftContent />
          </Grid>
        </Grid>
      </Content>
    </EntityProvider>
  );
}

const entityPages = createFrontendPlugin({
  pluginId: 'catalog',
  extensions: [
    PageBlueprint.make({
      params: {
        path: '/catalog/:namespace/:kind/:name',
        title: 'Entity',
        routeRef: entityRouteRef,
        loader: async () => <EntityPreview />,
      },
    }),
  ],
});

const BADGE = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="20" role="img" aria-label="drift: 4 resources"><rect width="40" height="20" fill="#555"/><rect x="40" width="80" height="20" fill="#b45309"/><g fill="#fff" font-family="sans-serif" font-size="11"><text x="8" y="14">drift</text><text x="48" y="14">4 resources</text></g></svg>`;

const fakeApp = createFrontendModule({
  pluginId: 'app',
  extensions: [
    ApiBlueprint.make({
      name: 'permission',
      params: defineParams =>
        defineParams({
          api: permissionApiRef,
          deps: {},
          factory: () => ({
            authorize: async () => ({ result: AuthorizeResult.ALLOW }),
          }),
        }),
    }),
    ApiBlueprint.make({
      name: 'fetch',
      params: defineParams =>
        defineParams({
          api: fetchApiRef,
          deps: {},
          factory: () => ({
            fetch: async () =>
              new Response(BADGE, {
                headers: { 'content-type': 'image/svg+xml' },
              }),
          }),
        }),
    }),
  ],
});

createDevApp({
  features: [driftPlugin, fakeBackend, fakeApp, entityPages],
});
