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

import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  authProvidersExtensionPoint,
  createProxyAuthenticator,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';

const PREFIX = 'demo-';

/**
 * More people than the guest for the demo, since one person alone cannot show an
 * approval by another. Each provider `demo-…` in `auth.providers` signs in as its
 * `userEntityRef` without asking, and only in development, as the guest does.
 */
export const demoPeople = createBackendModule({
  pluginId: 'auth',
  moduleId: 'demo-people',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        providers: authProvidersExtensionPoint,
      },
      async init({ config, providers }) {
        const configured = config.getOptionalConfig('auth.providers');
        for (const providerId of configured?.keys() ?? []) {
          if (!providerId.startsWith(PREFIX)) {
            continue;
          }
          providers.registerProvider({
            providerId,
            factory: createProxyAuthProviderFactory({
              authenticator: createProxyAuthenticator({
                defaultProfileTransform: async () => ({ profile: {} }),
                initialize: ({ config: own }) => own.getString('userEntityRef'),
                async authenticate(_options, userEntityRef: string) {
                  if (process.env.NODE_ENV !== 'development') {
                    throw new NotAllowedError(
                      'People of the demo can only sign in during development',
                    );
                  }
                  return { result: userEntityRef };
                },
              }),
              signInResolver: async ({ result }, context) =>
                context.signInWithCatalogUser({ entityRef: result }),
            }),
          });
        }
      },
    });
  },
});
