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

import { Entity } from '@backstage/catalog-model';
import {
  discoveryApiRef,
  fetchApiRef,
  identityApiRef,
} from '@backstage/core-plugin-api';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { SignalApi, signalApiRef } from '@backstage/plugin-signals-react';
import {
  mockApis,
  renderInTestApp,
  TestApiProvider,
} from '@backstage/test-utils';
import { DriftSignal } from '@infra-hub/backstage-plugin-drift-common';
import { ReactElement } from 'react';
import { Route, Routes, useLocation } from 'react-router-dom';
import { driftApiRef } from '../api';
import { LegacyDriftPage } from '../page';
import { rootRouteRef } from '../routes';
import { FakeDriftApi } from './FakeDriftApi';

/** Signals that a test sends by hand. */
export class FakeSignals implements SignalApi {
  readonly #listeners = new Set<(message: DriftSignal) => void>();

  subscribe<TMessage>(
    _channel: string,
    onMessage: (message: TMessage) => void,
  ) {
    const listener = onMessage as (message: unknown) => void;
    this.#listeners.add(listener);
    return { unsubscribe: () => this.#listeners.delete(listener) };
  }

  send(message: DriftSignal): void {
    for (const listener of this.#listeners) {
      listener(message);
    }
  }
}

function Address() {
  const { pathname, search } = useLocation();
  return <output aria-label="address">{`${pathname}${search}`}</output>;
}

/** Options of {@link renderDrift} and {@link renderOnEntity}. */
export interface RenderOptions {
  api: FakeDriftApi;
  allowed?: boolean;
  ownershipEntityRefs?: string[];
  signals?: FakeSignals;
  /** Answers what goes past the API, e.g. pictures. */
  fetch?: typeof fetch;
}

async function renderElement(
  element: ReactElement,
  options: RenderOptions & { path: string },
) {
  const {
    api,
    allowed = true,
    ownershipEntityRefs,
    signals,
    fetch = async () => new Response(),
    path,
  } = options;
  return renderInTestApp(
    <TestApiProvider
      apis={[
        [driftApiRef, api],
        [
          permissionApiRef,
          mockApis.permission({
            authorize: () => (allowed ? 'ALLOW' : 'DENY') as never,
          }),
        ],
        [discoveryApiRef, mockApis.discovery()],
        [fetchApiRef, { fetch }],
        [identityApiRef, mockApis.identity({ ownershipEntityRefs })],
        ...(signals ? [[signalApiRef, signals] as const] : []),
      ]}
    >
      {element}
      <Address />
    </TestApiProvider>,
    {
      routeEntries: [path],
      mountedRoutes: {
        '/drift': rootRouteRef,
        '/catalog/:namespace/:kind/:name': entityRouteRef,
      },
    },
  );
}

/** The drift pages, opened at a path. */
export async function renderDrift(options: RenderOptions & { path?: string }) {
  return renderElement(
    <Routes>
      <Route path="/drift/*" element={<LegacyDriftPage />} />
    </Routes>,
    { path: '/drift', ...options },
  );
}

/** An element on the page of an entity. */
export async function renderOnEntity(
  element: ReactElement,
  options: RenderOptions & { path?: string },
) {
  const entity: Entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: { name: 'aks-acme', namespace: 'default' },
  };
  return renderElement(
    <EntityProvider entity={entity}>{element}</EntityProvider>,
    { path: '/', ...options },
  );
}
