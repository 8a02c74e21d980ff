import swagger from '@fastify/swagger';
import { CastellanError, newId } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { auditAnswers } from './audit.ts';
import { answerUnroutable, answerWithProblems, safeHeaders } from './problems/answer.ts';
import { acceptJsonOnly, acceptOthers } from './body/json.ts';
import { largestBody } from './body/largest.ts';
import { bodyBudget } from './body/read.ts';
import { answerBrokenRequest, maxHeaderSize } from './unreadable.ts';
import { readRanges } from './callers/addresses.ts';
import { allowOrigins } from './callers/origins.ts';
import { boundConnections, defaultArrival, type OpenAnswers } from './connections.ts';
import { addGate } from './gate.ts';
import { checkRules } from './limits/rules.ts';
import { measureCalls, measureRuns } from './metrics.ts';
import { observeAnswers } from './observe.ts';
import { documentOf, tidyDocument } from './openapi/document.ts';
import type { AppOptions } from './options.ts';
import { methodsAt, noteRoutes, pathsOf, refuseUnknown } from './routes/unknown.ts';
import type { App } from './routes/app.ts';
import { addAdmin } from './routes/admin.ts';
import { addAgain } from './routes/again.ts';
import { addArtifacts } from './routes/artifacts.ts';
import { addCheck } from './routes/check.ts';
import { addEvents } from './routes/events.ts';
import { addFunctions } from './routes/functions.ts';
import { addInvoke } from './routes/invoke.ts';
import { addKeys } from './routes/keys.ts';
import { addPages } from './routes/pages.ts';
import { addProblems } from './routes/problems.ts';
import { addRuns } from './routes/runs.ts';
import { addScheduleRun } from './routes/schedule-run.ts';
import { addSchedules } from './routes/schedules.ts';
import { addSecrets } from './routes/secrets.ts';
import { addShares } from './routes/shares.ts';
import { startedBy } from './routes/started.ts';
import { addSecurityText } from './routes/security-text.ts';
import { addState } from './routes/state.ts';
import { addTypes } from './routes/types.ts';
import { addTokens } from './routes/tokens.ts';
import { addVersions } from './routes/versions.ts';
import { addWebhooks } from './routes/webhooks.ts';
import { addWork } from './routes/work.ts';
import { type Starts, startsOf } from './admission/starts.ts';
import { validatorOf } from './schemas/validate.ts';
import { refuseAmbiguous } from './ambiguous.ts';

/**
 * The HTTP API. Closing it ends requests that wait and event streams; clients can resume both.
 * Throws `invalid_option` for options that contradict each other.
 */
export async function createApp(
  options: AppOptions,
  { submit, invoke }: Starts = startsOf(options),
): Promise<FastifyInstance> {
  checkPolicies(options);
  const arrival = options.arrival ?? defaultArrival;
  const loggerInstance: FastifyBaseLogger = options.log;
  const openAnswers: OpenAnswers = new WeakMap();
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    http: { maxHeaderSize, ...arrival },
    requestTimeout: arrival.requestTimeout,
    keepAliveTimeout: arrival.keepAliveTimeout,
    connectionTimeout: arrival.stallTimeout,
    routerOptions: { maxParamLength: 1_024 },
    genReqId: () => newId('req'),
    frameworkErrors: answerUnroutable,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: (error, socket) =>
      answerBrokenRequest(error, socket, newId('req'), openAnswers.get(socket)),
  });
  const closing = new AbortController();
  app.addHook('preClose', (done) => {
    closing.abort();
    // A client that sends slowly cannot delay the shutdown.
    const timer = setTimeout(() => app.server.closeAllConnections(), lastWordsMs);
    app.server.once('close', () => clearTimeout(timer));
    done();
  });
  app.setValidatorCompiler(validatorOf as never);
  app.setSerializerCompiler(() => JSON.stringify);
  answerWithProblems(app);
  boundConnections(
    app,
    options.rates.connections,
    readRanges([...options.trustedProxies, ...options.rates.allow.addresses], 'trustedProxies'),
    openAnswers,
  );
  const budget = bodyBudget(largestBody(options.policies), options.rates.bodyBytes);
  acceptJsonOnly(app, budget);
  acceptOthers(app, budget);
  measureRuns(options.runs, options.metrics);
  measureCalls(options.calls, options.metrics);
  observeAnswers(app, options.log, options.metrics);
  auditAnswers(app, options.audit);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(safeHeaders);
    refuseAmbiguous(request.raw);
    done();
  });
  const routes = noteRoutes(app);
  allowOrigins(app, options.cors, (path) => methodsAt(routes, path));
  addGate(app, options);
  refuseUnknown(app, routes);
  await app.register(swagger, {
    openapi: documentOf(options.version),
    transform: jsonSchemaTransform,
    transformObject: tidyDocument,
  });
  const typed = app as unknown as App;
  const started = startedBy(options.runs, closing.signal);
  addRuns(typed, options, submit, started);
  addAgain(typed, options, submit);
  addEvents(typed, options, closing.signal);
  addArtifacts(typed, options);
  addTokens(typed, options, options.keys);
  addCheck(typed, options);
  if (options.shares !== null) addShares(typed, options.shares);
  addFunctions(typed, options);
  addVersions(typed, options);
  addInvoke(typed, invoke, started, closing.signal);
  addSchedules(typed, options);
  addScheduleRun(typed, options, invoke, started);
  addWork(typed, options, closing.signal);
  addSecrets(typed, options);
  addWebhooks(typed, options, options.keys);
  addState(typed, options);
  addTypes(typed, options);
  addAdmin(typed, options);
  addKeys(typed, options, options.keys);
  addProblems(typed);
  addSecurityText(typed, options.securityContacts);
  addPages(typed, options.pages);
  checkRules(options.rates.rules, pathsOf(routes));
  await app.ready();
  return app;
}

/** How long open requests may take when the API is closed. */
const lastWordsMs = 2_000;

function checkPolicies({ policies, defaultPolicy, anonymousPolicy }: AppOptions): void {
  for (const [option, name] of [
    ['defaultPolicy', defaultPolicy],
    ['anonymousPolicy', anonymousPolicy],
  ] as const) {
    if (name === null || policies.has(name)) continue;
    throw new CastellanError(
      'invalid_option',
      `${option} is ${shown(name)}, which is no policy. Policies: ${[...policies.keys()].join(', ')}.`,
      { option, value: name, allowed: [...policies.keys()] },
    );
  }
  const open = anonymousPolicy === null ? undefined : policies.get(anonymousPolicy);
  if (open !== undefined && open.reuse !== 'never') {
    throw new CastellanError(
      'invalid_option',
      `The policy ${JSON.stringify(anonymousPolicy)} is open to anybody, so its reuse must be "never", not ${JSON.stringify(open.reuse)}.`,
    );
  }
}
