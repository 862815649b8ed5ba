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

import { Content, Header, Page } from '@backstage/core-components';
import { DriftRoutes } from './DriftRoutes';
import { PageFrameProps, PageFrameProvider } from './PageFrame';
import { PageActions } from './PageActions';

function LegacyFrame(props: PageFrameProps) {
  const { title, subtitle, parent, actions, children } = props;
  return (
    <Page themeId="tool">
      <Header
        title={title}
        subtitle={subtitle}
        type={parent?.title}
        typeLink={parent?.path}
      />
      <Content>
        {actions && <PageActions>{actions}</PageActions>}
        {children}
      </Content>
    </Page>
  );
}

/** All drift pages with the header of the old frontend system. */
export function LegacyDriftPage() {
  return (
    <PageFrameProvider value={LegacyFrame}>
      <DriftRoutes />
    </PageFrameProvider>
  );
}
