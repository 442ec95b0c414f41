package dev.millrace.engine.internal.error;

import dev.millrace.engine.stream.DeadLetter;

/** Instead of a result: the event has failed for good and is left out. */
record Refused(DeadLetter letter) {}
