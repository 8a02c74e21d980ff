import { documents, large, row, rows, type Rows, scripts } from './row.ts';

const runtime: Rows = {
  'Runtime.evaluate': large(
    row(
      scripts,
      'expression objectGroup includeCommandLineAPI silent contextId returnByValue generatePreview userGesture awaitPromise throwOnSideEffect timeout disableBreaks replMode allowUnsafeEvalBlockedByCSP uniqueContextId serializationOptions',
    ),
  ),
  'Runtime.callFunctionOn': large(
    row(
      scripts,
      'functionDeclaration objectId arguments silent returnByValue generatePreview userGesture awaitPromise executionContextId objectGroup throwOnSideEffect uniqueContextId serializationOptions',
    ),
  ),
  'Runtime.compileScript': large(
    row(scripts, 'expression sourceURL persistScript executionContextId'),
  ),
  'Runtime.runIfWaitingForDebugger': row(['tab', ...scripts]),
  ...rows(scripts, {
    'Runtime.enable': '',
    'Runtime.disable': '',
    'Runtime.runScript':
      'scriptId executionContextId objectGroup silent includeCommandLineAPI returnByValue generatePreview awaitPromise',
    'Runtime.awaitPromise': 'promiseObjectId returnByValue generatePreview',
    'Runtime.getProperties':
      'objectId ownProperties accessorPropertiesOnly generatePreview nonIndexedPropertiesOnly',
    'Runtime.getExceptionDetails': 'errorObjectId',
    'Runtime.releaseObject': 'objectId',
    'Runtime.releaseObjectGroup': 'objectGroup',
    'Runtime.queryObjects': 'prototypeObjectId objectGroup',
    'Runtime.addBinding': 'name executionContextId executionContextName',
    'Runtime.removeBinding': 'name',
    'Runtime.terminateExecution': '',
    'Runtime.getHeapUsage': '',
    'Runtime.getIsolateId': '',
    'Runtime.globalLexicalScopeNames': 'executionContextId',
    'Runtime.discardConsoleEntries': '',
    'Runtime.setAsyncCallStackDepth': 'maxDepth',
    'Runtime.setMaxCallStackSizeToCapture': 'size',
    'Runtime.setCustomObjectFormatterEnabled': 'enabled',
  }),
};

const logs: Rows = rows(scripts, {
  'Log.enable': '',
  'Log.disable': '',
  'Log.clear': '',
  'Log.startViolationsReport': 'config',
  'Log.stopViolationsReport': '',
  'Console.enable': '',
  'Console.disable': '',
  'Console.clearMessages': '',
});

/** Whoever may run scripts in a page may stop them at a line too. */
const debugging: Rows = {
  'Debugger.evaluateOnCallFrame': large(
    row(
      scripts,
      'callFrameId expression objectGroup includeCommandLineAPI silent returnByValue generatePreview throwOnSideEffect timeout scopeNumber',
    ),
  ),
  'Debugger.setScriptSource': large(
    row(scripts, 'scriptId scriptSource dryRun allowTopFrameEditing'),
  ),
  ...rows(scripts, {
    'Debugger.enable': 'maxScriptsCacheSize',
    'Debugger.disable': '',
    'Debugger.continueToLocation': 'location targetCallFrames',
    'Debugger.disassembleWasmModule': 'scriptId',
    'Debugger.getPossibleBreakpoints': 'start end restrictToFunction',
    'Debugger.getScriptSource': 'scriptId',
    'Debugger.getStackTrace': 'stackTraceId',
    'Debugger.getWasmBytecode': 'scriptId',
    'Debugger.nextWasmDisassemblyChunk': 'streamId',
    'Debugger.pause': '',
    'Debugger.pauseOnAsyncCall': 'parentStackTraceId',
    'Debugger.removeBreakpoint': 'breakpointId',
    'Debugger.restartFrame': 'callFrameId mode',
    'Debugger.resume': 'terminateOnResume',
    'Debugger.searchInContent': 'scriptId query caseSensitive isRegex',
    'Debugger.setAsyncCallStackDepth': 'maxDepth',
    'Debugger.setBlackboxExecutionContexts': 'uniqueIds',
    'Debugger.setBlackboxPatterns': 'patterns skipAnonymous',
    'Debugger.setBlackboxedRanges': 'scriptId positions',
    'Debugger.setBreakpoint': 'location condition',
    'Debugger.setBreakpointByUrl': 'lineNumber url urlRegex scriptHash columnNumber condition',
    'Debugger.setBreakpointOnFunctionCall': 'objectId condition',
    'Debugger.setBreakpointsActive': 'active',
    'Debugger.setInstrumentationBreakpoint': 'instrumentation',
    'Debugger.setPauseOnExceptions': 'state',
    'Debugger.setReturnValue': 'newValue',
    'Debugger.setSkipAllPauses': 'skip',
    'Debugger.setVariableValue': 'scopeNumber variableName newValue callFrameId',
    'Debugger.stepInto': 'breakOnAsyncCall skipList',
    'Debugger.stepOut': '',
    'Debugger.stepOver': 'skipList',
    'EventBreakpoints.disable': '',
    'EventBreakpoints.removeInstrumentationBreakpoint': 'eventName',
    'EventBreakpoints.setInstrumentationBreakpoint': 'eventName',
  }),
  ...rows(documents, {
    'DOMDebugger.getEventListeners': 'objectId depth pierce',
    'DOMDebugger.removeDOMBreakpoint': 'nodeId type',
    'DOMDebugger.removeEventListenerBreakpoint': 'eventName targetName',
    'DOMDebugger.removeInstrumentationBreakpoint': 'eventName',
    'DOMDebugger.removeXHRBreakpoint': 'url',
    'DOMDebugger.setBreakOnCSPViolation': 'violationTypes',
    'DOMDebugger.setDOMBreakpoint': 'nodeId type',
    'DOMDebugger.setEventListenerBreakpoint': 'eventName targetName',
    'DOMDebugger.setInstrumentationBreakpoint': 'eventName',
    'DOMDebugger.setXHRBreakpoint': 'url',
  }),
};

/** Profiles of a page's scripts. Those of native memory are refused: they hold addresses. */
const profiling: Rows = {
  ...rows(documents, {
    'Performance.enable': 'timeDomain',
    'Performance.disable': '',
    'Performance.getMetrics': '',
    'Performance.setTimeDomain': 'timeDomain',
    'Memory.getDOMCounters': '',
    'Memory.forciblyPurgeJavaScriptMemory': '',
  }),
  ...rows(scripts, {
    'Profiler.enable': '',
    'Profiler.disable': '',
    'Profiler.setSamplingInterval': 'interval',
    'Profiler.start': '',
    'Profiler.stop': '',
    'Profiler.startPreciseCoverage': 'callCount detailed allowTriggeredUpdates',
    'Profiler.stopPreciseCoverage': '',
    'Profiler.takePreciseCoverage': '',
    'Profiler.getBestEffortCoverage': '',
    'HeapProfiler.enable': '',
    'HeapProfiler.disable': '',
    'HeapProfiler.collectGarbage': '',
    'HeapProfiler.addInspectedHeapObject': 'heapObjectId',
    'HeapProfiler.getHeapObjectId': 'objectId',
    'HeapProfiler.getObjectByHeapObjectId': 'objectId objectGroup',
    'HeapProfiler.getSamplingProfile': '',
    'HeapProfiler.startSampling':
      'samplingInterval stackDepth includeObjectsCollectedByMajorGC includeObjectsCollectedByMinorGC',
    'HeapProfiler.stopSampling': '',
    'HeapProfiler.startTrackingHeapObjects': 'trackAllocations',
    'HeapProfiler.stopTrackingHeapObjects':
      'reportProgress treatGlobalObjectsAsRoots captureNumericValue exposeInternals',
    'HeapProfiler.takeHeapSnapshot':
      'reportProgress treatGlobalObjectsAsRoots captureNumericValue exposeInternals',
  }),
};

export const scriptRows: Rows = { ...runtime, ...logs, ...debugging, ...profiling };
