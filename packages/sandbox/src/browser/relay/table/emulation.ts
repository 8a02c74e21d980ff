import * as is from './rules.ts';
import { documents, large, pages, row, rows, type Rows, scripts } from './row.ts';

const size = { width: is.length, height: is.length };

/** The older names of what Emulation does, which tutorials still send. */
const formerly: Rows = {
  'Page.setDeviceMetricsOverride': row(
    documents,
    'mobile scale screenWidth screenHeight positionX positionY dontSetVisibleSize screenOrientation viewport',
    { ...size, deviceScaleFactor: is.scale },
  ),
  ...rows(documents, {
    'Page.clearDeviceMetricsOverride': '',
    'Page.setDeviceOrientationOverride': 'alpha beta gamma',
    'Page.clearDeviceOrientationOverride': '',
    'Page.setGeolocationOverride': 'latitude longitude accuracy',
    'Page.clearGeolocationOverride': '',
    'Page.setTouchEmulationEnabled': 'enabled configuration',
    'Emulation.canEmulate': '',
    'Emulation.setNavigatorOverrides': 'platform',
  }),
};

/** What a page is told about the device that it is shown on. */
const device: Rows = {
  'Emulation.setDeviceMetricsOverride': row(
    documents,
    'mobile scale screenWidth screenHeight positionX positionY dontSetVisibleSize screenOrientation displayFeature devicePosture scrollbarType viewport screenOrientationLockEmulation viewportMeta textLayoutMode',
    { ...size, deviceScaleFactor: is.scale },
  ),
  'Emulation.setDisplayFeaturesOverride': row(documents, '', { features: is.filled }),
  'Emulation.setVisibleSize': row(documents, '', size),
  'Emulation.setPageScaleFactor': row(documents, '', { pageScaleFactor: is.scale }),
  ...rows(documents, {
    'Emulation.clearDeviceMetricsOverride': '',
    'Emulation.resetPageScaleFactor': '',
    'Emulation.setDevicePostureOverride': 'posture',
    'Emulation.clearDevicePostureOverride': '',
    'Emulation.clearDisplayFeaturesOverride': '',
    'Emulation.setSafeAreaInsetsOverride': 'insets',
    'Emulation.setSmallViewportHeightDifferenceOverride': 'difference',
    'Emulation.setVirtualKeyboardGeometryOverride': 'keyboardRect',
    'Emulation.setScrollbarsHidden': 'hidden',
    'Emulation.setTouchEmulationEnabled': 'enabled maxTouchPoints',
    'Emulation.setEmitTouchEventsForMouse': 'enabled configuration',
    'Emulation.setGeolocationOverride':
      'latitude longitude accuracy altitude altitudeAccuracy heading speed',
    'Emulation.clearGeolocationOverride': '',
    'Emulation.getOverriddenSensorInformation': 'type',
    'Emulation.setSensorOverrideEnabled': 'enabled type metadata',
    'Emulation.setSensorOverrideReadings': 'type reading',
    'Emulation.setPressureSourceOverrideEnabled': 'enabled source metadata',
    'Emulation.setPressureStateOverride': 'source state',
    'Emulation.setIdleOverride': 'isUserActive isScreenUnlocked',
    'Emulation.clearIdleOverride': '',
    'Emulation.setHardwareConcurrencyOverride': 'hardwareConcurrency',
    'Emulation.setCPUPerformanceOverride': 'performanceTier',
    'Emulation.setCPUThrottlingRate': 'rate',
    'DeviceOrientation.setDeviceOrientationOverride': 'alpha beta gamma',
    'DeviceOrientation.clearDeviceOrientationOverride': '',
  }),
  'Emulation.getScreenInfos': row(['browser', 'page']),
};

/** How a page is shown, and how its scripts and its time run. */
const behaviour: Rows = {
  ...rows(documents, {
    'Emulation.setEmulatedMedia': 'media features',
    'Emulation.setEmulatedVisionDeficiency': 'type',
    'Emulation.setEmulatedOSTextScale': 'scale',
    'Emulation.setAutoDarkModeOverride': 'enabled',
    'Emulation.setDefaultBackgroundColorOverride': 'color',
    'Emulation.setDisabledImageTypes': 'imageTypes',
    'Emulation.setDataSaverOverride': 'dataSaverEnabled',
    'Emulation.setDocumentCookieDisabled': 'disabled',
    'Emulation.setFocusEmulationEnabled': 'enabled',
    'Emulation.setScriptExecutionDisabled': 'value',
    'Emulation.setAutomationOverride': 'enabled',
    'Emulation.setVirtualTimePolicy':
      'policy budget maxVirtualTimeTaskStarvationCount initialVirtualTime',
  }),
  ...rows(scripts, {
    'Emulation.setTimezoneOverride': 'timezoneId',
    'Emulation.setLocaleOverride': 'locale',
    'Emulation.setUserAgentOverride': 'userAgent acceptLanguage platform userAgentMetadata',
  }),
};

/** Keys, mouse and fingers. */
const input: Rows = {
  ...rows(pages, {
    'Input.dispatchKeyEvent':
      'type modifiers timestamp text unmodifiedText keyIdentifier code key windowsVirtualKeyCode nativeVirtualKeyCode autoRepeat isKeypad isSystemKey location commands',
    'Input.dispatchMouseEvent':
      'type x y modifiers timestamp button buttons clickCount force tangentialPressure tiltX tiltY twist deltaX deltaY pointerType',
    'Input.dispatchTouchEvent': 'type touchPoints modifiers timestamp',
    'Input.emulateTouchFromMouseEvent':
      'type x y button timestamp deltaX deltaY modifiers clickCount',
    'Input.synthesizePinchGesture': 'x y scaleFactor relativeSpeed gestureSourceType',
    'Input.synthesizeScrollGesture':
      'x y xDistance yDistance xOverscroll yOverscroll preventFling speed gestureSourceType repeatCount repeatDelayMs interactionMarkerName',
    'Input.synthesizeTapGesture': 'x y duration tapCount gestureSourceType',
    'Input.setInterceptDrags': 'enabled',
    'Input.setIgnoreInputEvents': 'ignore',
    'Input.cancelDragging': '',
  }),
  'Input.dispatchDragEvent': large(row(pages, 'type x y modifiers', { data: is.dragged })),
  'Input.imeSetComposition': row(pages, 'text selectionStart selectionEnd', {
    replacementStart: is.place,
    replacementEnd: is.place,
  }),
  'Input.insertText': large(row(pages, 'text')),
};

/** Security keys that exist in the page's own world only. */
const authenticators: Rows = {
  'WebAuthn.enable': row(pages, '', { enableUI: is.ignored }),
  ...rows(pages, {
    'WebAuthn.disable': '',
    'WebAuthn.addVirtualAuthenticator': 'options',
    'WebAuthn.removeVirtualAuthenticator': 'authenticatorId',
    'WebAuthn.addCredential': 'authenticatorId credential',
    'WebAuthn.clearCredentials': 'authenticatorId',
    'WebAuthn.getCredential': 'authenticatorId credentialId',
    'WebAuthn.getCredentials': 'authenticatorId',
    'WebAuthn.removeCredential': 'authenticatorId credentialId',
    'WebAuthn.setAutomaticPresenceSimulation': 'authenticatorId enabled',
    'WebAuthn.setCredentialProperties':
      'authenticatorId credentialId backupEligibility backupState activeCmtgKeyIndex generateCmtgKeyOnNextOperation signCount',
    'WebAuthn.setResponseOverrideBits': 'authenticatorId isBogusSignature isBadUV isBadUP',
    'WebAuthn.setUserVerified': 'authenticatorId isUserVerified',
  }),
};

export const emulationRows: Rows = {
  ...formerly,
  ...device,
  ...behaviour,
  ...input,
  ...authenticators,
};
