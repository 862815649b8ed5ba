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

/**
 * What the server knows of the shape of an object: which fields there are,
 * which lists have keys, and which values are owned as a whole.
 * Follows the list, map and struct types of the Kubernetes API reference
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy).
 */
export type Schema =
  | { type: 'scalar'; scalar: Scalar }
  | { type: 'struct'; name: string; atomic: boolean }
  | { type: 'map'; of: Schema; atomic: boolean }
  | { type: 'list'; of: Schema; keys: string[]; set: boolean };

export type Scalar =
  | 'string'
  | 'int'
  | 'bool'
  | 'time'
  | 'bytes'
  | 'quantity'
  | 'intOrString'
  | 'any';

const scalars: readonly string[] = [
  'string',
  'int',
  'bool',
  'time',
  'bytes',
  'quantity',
  'intOrString',
  'any',
];

/**
 * One struct a line, one `field:type` a word. `T{}` is a map, `T{}!` a map
 * owned as a whole, `T[]` a list owned as a whole, `T[*]` a set, `T[a,b]` a
 * list keyed by a and b (strategic patches use the first), `T!` a struct owned
 * as a whole.
 */
const structs = parseStructs(`
ObjectMeta name:string generateName:string namespace:string uid:string resourceVersion:string generation:int creationTimestamp:time deletionTimestamp:time deletionGracePeriodSeconds:int labels:string{} annotations:string{} ownerReferences:OwnerReference[uid] finalizers:string[*] managedFields:any[] selfLink:string
OwnerReference! apiVersion:string kind:string name:string uid:string controller:bool blockOwnerDeletion:bool
LabelSelector! matchLabels:string{} matchExpressions:LabelSelectorRequirement[]
LabelSelectorRequirement key:string operator:string values:string[]
LocalObjectReference! name:string
ObjectReference! apiVersion:string kind:string name:string namespace:string uid:string resourceVersion:string fieldPath:string
Condition type:string status:string reason:string message:string lastTransitionTime:time lastUpdateTime:time lastProbeTime:time observedGeneration:int

Namespace apiVersion:string kind:string metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
NamespaceSpec finalizers:string[]
NamespaceStatus phase:string conditions:Condition[type]
ConfigMap apiVersion:string kind:string metadata:ObjectMeta data:string{} binaryData:bytes{} immutable:bool
Secret apiVersion:string kind:string metadata:ObjectMeta data:bytes{} stringData:string{} type:string immutable:bool
ServiceAccount apiVersion:string kind:string metadata:ObjectMeta secrets:ObjectReference[name] imagePullSecrets:LocalObjectReference[] automountServiceAccountToken:bool
Service apiVersion:string kind:string metadata:ObjectMeta spec:ServiceSpec status:ServiceStatus
ServiceSpec ports:ServicePort[port,protocol] selector:string{}! clusterIP:string clusterIPs:string[] type:string externalIPs:string[] sessionAffinity:string loadBalancerIP:string loadBalancerSourceRanges:string[] externalName:string externalTrafficPolicy:string healthCheckNodePort:int publishNotReadyAddresses:bool sessionAffinityConfig:SessionAffinityConfig ipFamilies:string[] ipFamilyPolicy:string allocateLoadBalancerNodePorts:bool loadBalancerClass:string internalTrafficPolicy:string trafficDistribution:string
ServicePort name:string protocol:string appProtocol:string port:int targetPort:intOrString nodePort:int
SessionAffinityConfig clientIP:ClientIPConfig
ClientIPConfig timeoutSeconds:int
ServiceStatus loadBalancer:LoadBalancerStatus conditions:Condition[type]
LoadBalancerStatus ingress:LoadBalancerIngress[]
LoadBalancerIngress ip:string hostname:string ipMode:string ports:any[]
PersistentVolumeClaim apiVersion:string kind:string metadata:ObjectMeta spec:PersistentVolumeClaimSpec status:PersistentVolumeClaimStatus
PersistentVolumeClaimSpec accessModes:string[] selector:LabelSelector resources:ResourceRequirements volumeName:string storageClassName:string volumeMode:string dataSource:any dataSourceRef:any volumeAttributesClassName:string
PersistentVolumeClaimStatus phase:string accessModes:string[] capacity:quantity{} allocatedResources:quantity{} conditions:Condition[type] allocatedResourceStatuses:string{} currentVolumeAttributesClassName:string

Deployment apiVersion:string kind:string metadata:ObjectMeta spec:DeploymentSpec status:DeploymentStatus
DeploymentSpec replicas:int selector:LabelSelector template:PodTemplateSpec strategy:DeploymentStrategy minReadySeconds:int revisionHistoryLimit:int paused:bool progressDeadlineSeconds:int
DeploymentStrategy type:string rollingUpdate:RollingUpdate
RollingUpdate maxUnavailable:intOrString maxSurge:intOrString partition:int
DeploymentStatus observedGeneration:int replicas:int updatedReplicas:int readyReplicas:int availableReplicas:int unavailableReplicas:int terminatingReplicas:int conditions:Condition[type] collisionCount:int
ReplicaSet apiVersion:string kind:string metadata:ObjectMeta spec:ReplicaSetSpec status:ReplicaSetStatus
ReplicaSetSpec replicas:int minReadySeconds:int selector:LabelSelector template:PodTemplateSpec
ReplicaSetStatus observedGeneration:int replicas:int fullyLabeledReplicas:int readyReplicas:int availableReplicas:int terminatingReplicas:int conditions:Condition[type]
StatefulSet apiVersion:string kind:string metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
StatefulSetSpec replicas:int selector:LabelSelector template:PodTemplateSpec volumeClaimTemplates:PersistentVolumeClaim[] serviceName:string podManagementPolicy:string updateStrategy:StatefulSetUpdateStrategy revisionHistoryLimit:int minReadySeconds:int persistentVolumeClaimRetentionPolicy:RetentionPolicy ordinals:StatefulSetOrdinals
StatefulSetUpdateStrategy type:string rollingUpdate:RollingUpdate
RetentionPolicy whenDeleted:string whenScaled:string
StatefulSetOrdinals start:int
StatefulSetStatus observedGeneration:int replicas:int readyReplicas:int currentReplicas:int updatedReplicas:int availableReplicas:int currentRevision:string updateRevision:string collisionCount:int conditions:Condition[type]
DaemonSet apiVersion:string kind:string metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
DaemonSetSpec selector:LabelSelector template:PodTemplateSpec updateStrategy:StatefulSetUpdateStrategy minReadySeconds:int revisionHistoryLimit:int
DaemonSetStatus currentNumberScheduled:int numberMisscheduled:int desiredNumberScheduled:int numberReady:int observedGeneration:int updatedNumberScheduled:int numberAvailable:int numberUnavailable:int collisionCount:int conditions:Condition[type]
Scale apiVersion:string kind:string metadata:ObjectMeta spec:ScaleSpec status:ScaleStatus
ScaleSpec replicas:int
ScaleStatus replicas:int selector:string

HorizontalPodAutoscaler apiVersion:string kind:string metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec status:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec scaleTargetRef:CrossVersionObjectReference minReplicas:int maxReplicas:int metrics:MetricSpec[] behavior:HpaBehavior
CrossVersionObjectReference apiVersion:string kind:string name:string
MetricSpec type:string resource:ResourceMetric containerResource:ResourceMetric pods:any object:any external:any
ResourceMetric name:string container:string target:MetricTarget
MetricTarget type:string value:quantity averageValue:quantity averageUtilization:int
HpaBehavior scaleUp:HpaRules scaleDown:HpaRules
HpaRules stabilizationWindowSeconds:int selectPolicy:string policies:HpaPolicy[] tolerance:quantity
HpaPolicy type:string value:int periodSeconds:int
HorizontalPodAutoscalerStatus observedGeneration:int lastScaleTime:time currentReplicas:int desiredReplicas:int currentMetrics:any[] conditions:Condition[type]
CronJob apiVersion:string kind:string metadata:ObjectMeta spec:CronJobSpec status:CronJobStatus
CronJobSpec schedule:string timeZone:string startingDeadlineSeconds:int concurrencyPolicy:string suspend:bool jobTemplate:JobTemplateSpec successfulJobsHistoryLimit:int failedJobsHistoryLimit:int
CronJobStatus active:ObjectReference[] lastScheduleTime:time lastSuccessfulTime:time
JobTemplateSpec metadata:ObjectMeta spec:JobSpec
Job apiVersion:string kind:string metadata:ObjectMeta spec:JobSpec status:JobStatus
JobSpec parallelism:int completions:int activeDeadlineSeconds:int podFailurePolicy:any successPolicy:any backoffLimit:int backoffLimitPerIndex:int maxFailedIndexes:int selector:LabelSelector manualSelector:bool template:PodTemplateSpec ttlSecondsAfterFinished:int completionMode:string suspend:bool podReplacementPolicy:string managedBy:string
JobStatus conditions:Condition[] startTime:time completionTime:time active:int succeeded:int failed:int terminating:int ready:int completedIndexes:string uncountedTerminatedPods:any

Ingress apiVersion:string kind:string metadata:ObjectMeta spec:IngressSpec status:IngressStatus
IngressSpec ingressClassName:string defaultBackend:IngressBackend tls:IngressTLS[] rules:IngressRule[]
IngressBackend service:IngressServiceBackend resource:TypedLocalObjectReference
IngressServiceBackend name:string port:ServiceBackendPort
ServiceBackendPort! name:string number:int
TypedLocalObjectReference! apiGroup:string kind:string name:string
IngressTLS hosts:string[] secretName:string
IngressRule host:string http:HTTPIngressRuleValue
HTTPIngressRuleValue paths:HTTPIngressPath[]
HTTPIngressPath path:string pathType:string backend:IngressBackend
IngressStatus loadBalancer:LoadBalancerStatus
NetworkPolicy apiVersion:string kind:string metadata:ObjectMeta spec:NetworkPolicySpec
NetworkPolicySpec podSelector:LabelSelector ingress:NetworkPolicyIngressRule[] egress:NetworkPolicyEgressRule[] policyTypes:string[]
NetworkPolicyIngressRule ports:NetworkPolicyPort[] from:NetworkPolicyPeer[]
NetworkPolicyEgressRule ports:NetworkPolicyPort[] to:NetworkPolicyPeer[]
NetworkPolicyPort protocol:string port:intOrString endPort:int
NetworkPolicyPeer podSelector:LabelSelector namespaceSelector:LabelSelector ipBlock:IPBlock
IPBlock cidr:string except:string[]

Pod apiVersion:string kind:string metadata:ObjectMeta spec:PodSpec status:PodStatus
PodStatus phase:string conditions:Condition[type] message:string reason:string nominatedNodeName:string hostIP:string hostIPs:any[] podIP:string podIPs:PodIP[ip] startTime:time initContainerStatuses:any[] containerStatuses:any[] ephemeralContainerStatuses:any[] qosClass:string observedGeneration:int resize:string
PodIP ip:string
PodTemplateSpec metadata:ObjectMeta spec:PodSpec
PodSpec volumes:Volume[name] initContainers:Container[name] containers:Container[name] ephemeralContainers:Container[name] restartPolicy:string terminationGracePeriodSeconds:int activeDeadlineSeconds:int dnsPolicy:string nodeSelector:string{}! serviceAccountName:string serviceAccount:string automountServiceAccountToken:bool nodeName:string hostNetwork:bool hostPID:bool hostIPC:bool hostUsers:bool shareProcessNamespace:bool securityContext:PodSecurityContext imagePullSecrets:LocalObjectReference[name] hostname:string hostnameOverride:string subdomain:string affinity:Affinity schedulerName:string tolerations:Toleration[] hostAliases:HostAlias[ip] priorityClassName:string priority:int dnsConfig:PodDNSConfig readinessGates:any[] runtimeClassName:string enableServiceLinks:bool preemptionPolicy:string overhead:quantity{} topologySpreadConstraints:TopologySpreadConstraint[topologyKey,whenUnsatisfiable] setHostnameAsFQDN:bool os:any schedulingGates:PodSchedulingGate[name] resourceClaims:PodResourceClaim[name] resources:ResourceRequirements
PodSchedulingGate name:string
PodResourceClaim name:string resourceClaimName:string resourceClaimTemplateName:string
Toleration key:string operator:string value:string effect:string tolerationSeconds:int
HostAlias ip:string hostnames:string[]
PodDNSConfig nameservers:string[] searches:string[] options:any[]
TopologySpreadConstraint maxSkew:int topologyKey:string whenUnsatisfiable:string labelSelector:LabelSelector minDomains:int nodeAffinityPolicy:string nodeTaintsPolicy:string matchLabelKeys:string[]
Affinity nodeAffinity:any podAffinity:any podAntiAffinity:any
PodSecurityContext seLinuxOptions:any windowsOptions:any runAsUser:int runAsGroup:int runAsNonRoot:bool supplementalGroups:int[] supplementalGroupsPolicy:string fsGroup:int sysctls:any[] fsGroupChangePolicy:string seccompProfile:SeccompProfile appArmorProfile:SeccompProfile seLinuxChangePolicy:string
SeccompProfile type:string localhostProfile:string
Container name:string image:string command:string[] args:string[] workingDir:string ports:ContainerPort[containerPort,protocol] envFrom:EnvFromSource[] env:EnvVar[name] resources:ResourceRequirements resizePolicy:any[] restartPolicy:string restartPolicyRules:any[] volumeMounts:VolumeMount[mountPath] volumeDevices:VolumeDevice[devicePath] livenessProbe:Probe readinessProbe:Probe startupProbe:Probe lifecycle:Lifecycle terminationMessagePath:string terminationMessagePolicy:string imagePullPolicy:string securityContext:SecurityContext stdin:bool stdinOnce:bool tty:bool targetContainerName:string
ContainerPort name:string hostPort:int containerPort:int protocol:string hostIP:string
EnvFromSource prefix:string configMapRef:OptionalReference secretRef:OptionalReference
OptionalReference name:string optional:bool
EnvVar name:string value:string valueFrom:EnvVarSource
EnvVarSource fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector configMapKeyRef:KeySelector secretKeyRef:KeySelector fileKeyRef:any
ObjectFieldSelector! apiVersion:string fieldPath:string
ResourceFieldSelector! containerName:string resource:string divisor:quantity
KeySelector! name:string key:string optional:bool
ResourceRequirements limits:quantity{} requests:quantity{} claims:ResourceClaim[name]
ResourceClaim name:string request:string
VolumeMount name:string readOnly:bool recursiveReadOnly:string mountPath:string subPath:string mountPropagation:string subPathExpr:string
VolumeDevice name:string devicePath:string
Probe exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction initialDelaySeconds:int timeoutSeconds:int periodSeconds:int successThreshold:int failureThreshold:int terminationGracePeriodSeconds:int
ExecAction command:string[]
HTTPGetAction path:string port:intOrString host:string scheme:string httpHeaders:HTTPHeader[]
HTTPHeader name:string value:string
TCPSocketAction port:intOrString host:string
GRPCAction port:int service:string
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:string
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction
SleepAction seconds:int
SecurityContext capabilities:Capabilities privileged:bool seLinuxOptions:any windowsOptions:any runAsUser:int runAsGroup:int runAsNonRoot:bool readOnlyRootFilesystem:bool allowPrivilegeEscalation:bool procMount:string seccompProfile:SeccompProfile appArmorProfile:SeccompProfile
Capabilities add:string[] drop:string[]
Volume name:string hostPath:HostPathVolumeSource emptyDir:EmptyDirVolumeSource secret:SecretVolumeSource configMap:ConfigMapVolumeSource persistentVolumeClaim:ClaimVolumeSource projected:ProjectedVolumeSource downwardAPI:DownwardAPIVolumeSource csi:any nfs:any ephemeral:any image:any iscsi:any fc:any cephfs:any rbd:any azureDisk:any azureFile:any awsElasticBlockStore:any gcePersistentDisk:any
HostPathVolumeSource path:string type:string
EmptyDirVolumeSource medium:string sizeLimit:quantity
SecretVolumeSource secretName:string items:KeyToPath[] defaultMode:int optional:bool
ConfigMapVolumeSource name:string items:KeyToPath[] defaultMode:int optional:bool
KeyToPath key:string path:string mode:int
ClaimVolumeSource claimName:string readOnly:bool
ProjectedVolumeSource sources:any[] defaultMode:int
DownwardAPIVolumeSource items:any[] defaultMode:int
`);

interface Struct {
  atomic: boolean;
  fields: ReadonlyMap<string, Schema>;
}

/** The schema of a kind's objects. */
export function schemaOf(kind: string): Schema {
  return { type: 'struct', name: kind, atomic: false };
}

/** The fields of a struct. */
export function fieldsOf(name: string): ReadonlyMap<string, Schema> {
  const struct = structs.get(name);
  if (!struct) {
    throw new Error(`The schema has no ${name}`);
  }
  return struct.fields;
}

/** The schema of a member of a struct or map; undefined when it is not declared. */
export function memberSchema(schema: Schema, key: string): Schema | undefined {
  if (schema.type === 'map') {
    return schema.of;
  }
  return schema.type === 'struct' ? fieldsOf(schema.name).get(key) : undefined;
}

function parseStructs(text: string): ReadonlyMap<string, Struct> {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  const atomics = new Set(
    lines
      .map(line => line.split(' ')[0])
      .filter(name => name.endsWith('!'))
      .map(name => name.slice(0, -1)),
  );
  return new Map(
    lines.map(line => {
      const [head, ...words] = line.trim().split(/\s+/);
      const name = head.replace(/!$/, '');
      const fields = new Map(
        words.map(word => {
          const [field, type] = word.split(':');
          return [field, parseType(type, atomics)] as const;
        }),
      );
      return [name, { atomic: atomics.has(name), fields }] as const;
    }),
  );
}

function parseType(text: string, atomics: ReadonlySet<string>): Schema {
  const map = /^(.*)\{\}(!?)$/.exec(text);
  if (map) {
    return {
      type: 'map',
      of: parseType(map[1], atomics),
      atomic: map[2] === '!',
    };
  }
  const list = /^(.*)\[([^\]]*)\]$/.exec(text);
  if (list) {
    const set = list[2] === '*';
    return {
      type: 'list',
      of: parseType(list[1], atomics),
      keys: set || list[2] === '' ? [] : list[2].split(','),
      set,
    };
  }
  return scalars.includes(text)
    ? { type: 'scalar', scalar: text as Scalar }
    : { type: 'struct', name: text, atomic: atomics.has(text) };
}
