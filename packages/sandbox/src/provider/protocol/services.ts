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

import { GrpcObject, loadPackageDefinition } from '@grpc/grpc-js';
import { fromJSON, Options } from '@grpc/proto-loader';
import { parse } from 'protobufjs';
import { pluginController, tfplugin6 } from './tfplugin6';

const loaderOptions: Options = {
  keepCase: true,
  longs: Number,
  enums: Number,
  defaults: true,
};

/** Loads one of the protocol texts; its services can be served and called. */
function load(text: string): GrpcObject {
  const { root } = parse(text, { keepCase: true });
  return loadPackageDefinition(fromJSON(root.toJSON(), loaderOptions));
}

/** `tfplugin6.Provider` and `plugin.GRPCController`. */
export function loadServices(): { provider: GrpcObject; plugin: GrpcObject } {
  return {
    provider: load(tfplugin6).tfplugin6 as GrpcObject,
    plugin: load(pluginController).plugin as GrpcObject,
  };
}
