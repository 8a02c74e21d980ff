{{- define "castellan.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}
{{- end }}

{{- define "castellan.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "castellan.labels" -}}
{{ include "castellan.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "castellan.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}{{ else }}{{ $image.repository }}:{{ default .Chart.AppVersion $image.tag }}{{ end }}
{{- end }}

{{- /* A pod in which no boxes are built: what Kubernetes' profile "restricted" asks for. */ -}}
{{- define "castellan.plainPod" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- /* A pod in which boxes are built: our filter, since the common one forbids user namespaces. */ -}}
{{- define "castellan.boxesPod" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: Localhost, localhostProfile: {{ .Values.walls.seccompProfile | quote }} }
{{- end }}

{{- define "castellan.container" -}}
privileged: false
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- /* A /proc that nothing covers is for boxes that have one; Kubernetes allows it in a user namespace only. */ -}}
{{- define "castellan.boxesContainer" -}}
{{ include "castellan.container" . }}
{{- if and (kindIs "bool" .Values.walls.hostUsers) (not .Values.walls.hostUsers) }}
procMount: Unmasked
{{- end }}
{{- end }}

{{- define "castellan.placing" -}}
serviceAccountName: {{ include "castellan.name" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .of.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .of.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .of.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "castellan.selector" . | nindent 8 }}
{{- end }}

{{- /* Folders of a pod's own. */ -}}
{{- define "castellan.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: data, mountPath: /data }
{{- end }}

{{- define "castellan.volumes" -}}
- name: tmp
  emptyDir: { medium: Memory, sizeLimit: {{ .Values.workers.scratch }} }
{{- end }}
